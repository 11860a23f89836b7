/** Reads Cargo.lock (The Cargo Book, "Cargo.toml vs Cargo.lock"; versions 1 to 4). */
import { cargoPurl } from "../sbom/purl.ts";
import { hexDigest, listIn, type LockFormat, parsedToml, textIn } from "./lock-file.ts";

const registry = "registry+https://github.com/rust-lang/crates.io-index";

export const cargoLock: LockFormat = {
  file: "Cargo.lock",
  async read(text, file) {
    const { package: packages } = await parsedToml(file, text);
    return listIn(packages).flatMap(({ name, version, source, checksum }) => {
      const [crate, is, from] = [textIn(name), textIn(version), textIn(source)];
      // Without a source it is of the project itself, or of a folder beside it.
      if (crate === undefined || is === undefined || from === undefined) return [];
      const digest = textIn(checksum);
      return [
        {
          name: crate,
          version: is,
          purl: cargoPurl(crate, is, from.startsWith("git+") ? { vcs_url: from } : {}),
          hashes: digest === undefined ? undefined : hexDigest(`sha256:${digest}`),
          origin: from === registry ? undefined : `from ${from}`,
        },
      ];
    });
  },
};
