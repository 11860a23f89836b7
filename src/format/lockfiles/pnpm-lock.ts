/** Reads pnpm-lock.yaml (pnpm/spec, lockfile 5.3 to 9.0). */
import { npmPurl } from "../sbom/purl.ts";
import { fieldsIn, integrity, isFields, type LockFormat, parsedYaml, textIn, webAddress } from "./lock-file.ts";

export const pnpmLock: LockFormat = {
  file: "pnpm-lock.yaml",
  async read(text, file) {
    const { packages } = await parsedYaml(file, text);
    return fieldsIn(packages).flatMap(([key, fields]) => {
      const [fromName, fromVersion] = nameAndVersion(key);
      const name = textIn(fields["name"]) ?? fromName;
      const version = textIn(fields["version"]) ?? fromVersion;
      if (name === "" || version === "" || fields["dev"] === true || version.startsWith("link:")) return [];
      const resolution = isFields(fields["resolution"]) ? fields["resolution"] : {};
      return [
        {
          name,
          version,
          purl: npmPurl(name, version),
          hashes: integrity(textIn(resolution["integrity"])),
          location: webAddress(textIn(resolution["tarball"])),
        },
      ];
    });
  },
};

/**
 * `/@scope/name/1.0.0_peers` until version 5, `/@scope/name@1.0.0(peers)` in 6, `@scope/name@1.0.0` in 9.
 */
function nameAndVersion(key: string): readonly [name: string, version: string] {
  const [, oldName, oldVersion] = /^\/((?:@[^/]+\/)?[^/@]+)\/([^/_]+)/.exec(key) ?? [];
  if (oldName !== undefined && oldVersion !== undefined) return [oldName, oldVersion];
  const plain = key.replace(/^\//, "").replace(/\(.*$/, "");
  const at = plain.indexOf("@", 1);
  return at < 0 ? ["", ""] : [plain.slice(0, at), plain.slice(at + 1)];
}
