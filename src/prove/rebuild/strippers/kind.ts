/** A stripper: something that is added after a build, and how it is taken off before two builds are compared. */
import { createHash } from "node:crypto";

import type { ReleaseArtifact } from "../../../format/release.ts";

export interface Stripper {
  /** As reports name it. */
  readonly name: string;
  /** Whether such a thing may be on this artifact at all. */
  applies(artifact: ReleaseArtifact): boolean;
  /**
   * SHA-256 of what is left of the file at `path` without it, lower-case hex. `temporary` is a folder for copies. Fails with
   * `format.invalid` where the file is not what it should be.
   */
  digest(path: string, temporary: string): Promise<string>;
}

/** The format the Release says an artifact has. */
export function formatOf({ attributes }: ReleaseArtifact): string {
  const format = attributes?.["format"];
  return typeof format === "string" ? format : "";
}

/** Whether it is a bare program for an operating system, such as `windows`. */
export function isProgramFor({ type, platform, attributes }: ReleaseArtifact, os: string): boolean {
  return (type === "binary" || attributes?.["format"] === "binary") && platform?.split("/")[0] === os;
}

/** SHA-256 of bytes as they pass, lower-case hex. */
export async function digestOfBytes(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of bytes) hash.update(chunk);
  return hash.digest("hex");
}
