/** What goes into a zip archive, and what comes out of one. */
import type { Content } from "../segment.ts";
import type { KnownBytes } from "../splices.ts";

interface Attributes {
  /** `/` separated, relative; no `./` is added. Directories may leave the final `/` out. */
  readonly path: string;
  /** Permission bits; anything beyond 07777 is dropped. */
  readonly mode: number;
  /** Seconds since 1970, whole. */
  readonly mtime: number;
}

export type ZipEntry =
  | (Attributes & { readonly type: "file"; readonly content: Content })
  | (Attributes & { readonly type: "directory" })
  | (Attributes & { readonly type: "symlink"; readonly target: string });

interface MemberAttributes extends Attributes {
  /** Why unpacking it would not stay inside the folder; undefined when it would. */
  readonly unsafe: string | undefined;
}

export type ZipMember =
  | (MemberAttributes & {
      readonly type: "file";
      /** Bytes. */
      readonly size: number;
      /** What is known of the bytes without decoding them, where a splice stands for them. */
      known(): Promise<KnownBytes | undefined>;
      /** The bytes; fails with `format.invalid` when they do not have the recorded size and CRC-32. */
      open(): AsyncIterable<Uint8Array>;
    })
  | (MemberAttributes & { readonly type: "directory" })
  | (MemberAttributes & { readonly type: "symlink"; readonly target: string });
