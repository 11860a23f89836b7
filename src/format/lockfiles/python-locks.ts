/** Reads the lock files of Python's tools: uv.lock, poetry.lock, pdm.lock, Pipfile.lock and requirements.txt. */
import type { SbomPackage } from "../sbom/model.ts";
import { pypiPurl } from "../sbom/purl.ts";
import {
  type Fields,
  fieldsIn,
  isFields,
  listIn,
  type LockFormat,
  parsedJson,
  parsedToml,
  textIn,
} from "./lock-file.ts";

export const uvLock: LockFormat = {
  file: "uv.lock",
  async read(text, file) {
    return listIn((await parsedToml(file, text))["package"]).flatMap((fields) => {
      const source = isFields(fields["source"]) ? fields["source"] : {};
      // The project itself and members of its workspace.
      if (["editable", "virtual", "directory"].some((kind) => source[kind] !== undefined)) return [];
      return locked(fields, textIn(source["git"]));
    });
  },
};

export const poetryLock: LockFormat = {
  file: "poetry.lock",
  async read(text, file) {
    const packages = listIn((await parsedToml(file, text))["package"]);
    return packages.filter(({ category }) => category !== "dev").flatMap((fields) => locked(fields));
  },
};

export const pdmLock: LockFormat = {
  file: "pdm.lock",
  async read(text, file) {
    return listIn((await parsedToml(file, text))["package"]).flatMap((fields) => locked(fields));
  },
};

export const pipfileLock: LockFormat = {
  file: "Pipfile.lock",
  async read(text, file) {
    return fieldsIn((await parsedJson(file, text))["default"]).flatMap(([name, { version }]) =>
      locked({ name, version: textIn(version)?.replace(/^==/, "") }),
    );
  },
};

export const requirements: LockFormat = {
  file: "requirements.txt",
  /** Only exact versions are known: `name==1.0` (pip docs, "Requirements File Format"). */
  read(text) {
    const lines = text.replaceAll(/\\\r?\n/g, " ").split("\n");
    return Promise.resolve(
      lines.flatMap((line) => {
        if (line.length > longestLine) return [];
        const [, name = "", version = ""] =
          /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*===?\s*([^\s;#,*]+)\s*(?:[;#].*|--hash.*)?$/.exec(
            line,
          ) ?? [];
        return locked({ name, version });
      }),
    );
  },
};

/** Of a requirement with all its digests joined. */
const longestLine = 100_000;

/** Wheels and sdists of one version have digests of their own, and which was taken is not said. */
function locked(fields: Fields, origin?: string): readonly SbomPackage[] {
  const [name, version] = [textIn(fields["name"]), textIn(fields["version"])];
  if (name === undefined || version === undefined) return [];
  return [
    { name, version, purl: pypiPurl(name, version), origin: origin === undefined ? undefined : `from ${origin}` },
  ];
}
