/** Reads yarn.lock: version 1 in its own syntax, and the YAML of later ones. */
import type { SbomPackage } from "../sbom/model.ts";
import { npmPurl } from "../sbom/purl.ts";
import { fieldsIn, integrity, type LockFormat, parsedYaml, textIn, webAddress } from "./lock-file.ts";

export const yarnLock: LockFormat = {
  file: "yarn.lock",
  read: (text, file) => (text.includes("\n__metadata:") ? berry(text, file) : Promise.resolve(classic(text))),
};

async function berry(text: string, file: string): Promise<readonly SbomPackage[]> {
  return fieldsIn(await parsedYaml(file, text)).flatMap(([, { resolution, version, linkType }]) => {
    // name@npm:1.0.0, name@patch:..., name@https://...; soft links are workspaces.
    const id = textIn(resolution) ?? "";
    const name = id.slice(0, Math.max(0, id.indexOf("@", 1)));
    const is = textIn(version) ?? "";
    return name === "" || is === "" || linkType === "soft" ? [] : [{ name, version: is, purl: npmPurl(name, is) }];
  });
}

/** Blocks of indented lines under `"name@range", name@range:`. */
function classic(text: string): readonly SbomPackage[] {
  return text.split(/\n(?=[^\s#])/).flatMap((block) => {
    const [, name = ""] = /^"?(@?[^@"\s]+)@[^\n]*:[ \t]*\r?$/m.exec(block.split("\n", 1)[0] ?? "") ?? [];
    const version = field(block, "version");
    if (name === "" || version === undefined) return [];
    return [
      {
        name,
        version,
        purl: npmPurl(name, version),
        hashes: integrity(field(block, "integrity")),
        location: webAddress(field(block, "resolved")),
      },
    ];
  });
}

/** Two blanks, the name, and a value that may be quoted. */
function field(block: string, name: string): string | undefined {
  const line = block.split("\n").find((each) => each.startsWith(`  ${name} `));
  return line
    ?.slice(name.length + 3)
    .trim()
    .replaceAll(/^"|"$/g, "");
}
