/** Reads deno.lock (versions 2 to 5): packages of npm and JSR. */
import type { SbomPackage } from "../sbom/model.ts";
import { npmPurl } from "../sbom/purl.ts";
import { fieldsIn, hexDigest, integrity, isFields, type LockFormat, parsedJson, textIn } from "./lock-file.ts";

export const denoLock: LockFormat = {
  file: "deno.lock",
  async read(text, file) {
    const lock = await parsedJson(file, text);
    // Version 3 has them beneath `packages`, version 2 those of npm beneath `npm.packages`.
    const within = isFields(lock["packages"]) ? lock["packages"] : lock;
    const npm =
      isFields(within["npm"]) && isFields(within["npm"]["packages"]) ? within["npm"]["packages"] : within["npm"];
    return [
      ...fieldsIn(npm).flatMap(([id, fields]) => {
        const hashes = integrity(textIn(fields["integrity"]));
        return named(id).map(([name, version]) => ({ name, version, purl: npmPurl(name, version), hashes }));
      }),
      ...fieldsIn(within["jsr"]).flatMap(([id, fields]) => {
        const digest = textIn(fields["integrity"]);
        return named(id).map(([name, version]): SbomPackage => ({
          name,
          version,
          // JSR has no type of its own; npm installs from it.
          purl: npmPurl(name, version, { repository_url: "https://jsr.io" }),
          hashes: digest === undefined ? undefined : hexDigest(`sha256:${digest}`),
          homepage: `https://jsr.io/${name}`,
        }));
      }),
    ];
  },
};

/** `name@1.0.0`, behind which `_` names what it is used with. */
function named(id: string): readonly (readonly [name: string, version: string])[] {
  const at = id.indexOf("@", 1);
  return at < 0 ? [] : [[id.slice(0, at), id.slice(at + 1).replace(/_.*$/, "")]];
}
