/** What goes into a tar archive, and what comes out of one. */
import type { Content } from "../segment.ts";
import type { MemberContent } from "../member-content.ts";

/** How what does not fit an old header is said: by GNU's extensions, not at all, or by PAX records (POSIX.1-2001). */
export type TarDialect = "gnu" | "ustar" | "pax";

interface Attributes {
  /** `/` separated, relative; no `./` is added. Directories may leave the final `/` out. */
  readonly path: string;
  /** Permission bits; anything beyond 07777 is dropped. */
  readonly mode: number;
  /** Seconds since 1970, whole. */
  readonly mtime: number;
  /** 0 when left out. */
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** `root` when left out. */
  readonly owner?: string | undefined;
  readonly group?: string | undefined;
  /** Further PAX records, such as `APK-TOOLS.checksum.SHA1`; only in the pax dialect. */
  readonly pax?: Readonly<Record<string, string>> | undefined;
}

export type TarEntry =
  | (Attributes & { readonly type: "file"; readonly content: Content })
  | (Attributes & { readonly type: "directory" })
  | (Attributes & { readonly type: "symlink"; readonly target: string })
  /** `target` is the path of an earlier entry. */
  | (Attributes & { readonly type: "hardlink"; readonly target: string });

interface MemberAttributes extends Required<Omit<Attributes, "pax">> {
  /** Every PAX record that applies, global ones included. */
  readonly pax: Readonly<Record<string, string>>;
  /** Why unpacking it would not stay inside the folder; undefined when it would. */
  readonly unsafe: string | undefined;
}

/** A file's size is in bytes. */
type DescribedFile = MemberAttributes & { readonly type: "file"; readonly size: number };

type DescribedOther =
  | (MemberAttributes & { readonly type: "directory" })
  | (MemberAttributes & { readonly type: "symlink"; readonly target: string })
  | (MemberAttributes & { readonly type: "hardlink"; readonly target: string })
  /** A device or a named pipe, which no release holds. */
  | (MemberAttributes & { readonly type: "special" });

/** A member as its headers describe it. */
export type DescribedMember = DescribedFile | DescribedOther;

export type TarMember = (DescribedFile & MemberContent) | DescribedOther;
