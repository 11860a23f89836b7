/** Reads bun.lock, which is JSON with commas behind last items (Bun docs, "Lockfile"; version 0 and 1). */
import { npmPurl } from "../sbom/purl.ts";
import { integrity, isFields, type LockFormat, parsedJson } from "./lock-file.ts";

export const bunLock: LockFormat = {
  file: "bun.lock",
  async read(text, file) {
    // Texts are matched first, so that commas in them stay.
    const json = text.replaceAll(/"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])/g, (found) => (found === "," ? "" : found));
    const { packages } = await parsedJson(file, json);
    if (!isFields(packages)) return [];
    return Object.values(packages).flatMap((entry) => {
      // [name@version, registry, { dependencies }, integrity]; of git, folders and workspaces: [name@what, ...].
      const [id, , , digest] = Array.isArray(entry) ? (entry as readonly unknown[]) : [];
      const at = typeof id === "string" ? id.indexOf("@", 1) : -1;
      if (typeof id !== "string" || at < 0) return [];
      const [name, version] = [id.slice(0, at), id.slice(at + 1)];
      if (/^(workspace|link|file|root):/.test(version)) return [];
      const hashes = integrity(typeof digest === "string" ? digest : undefined);
      return [{ name, version, purl: npmPurl(name, version), hashes }];
    });
  },
};
