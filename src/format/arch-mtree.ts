/** The `.MTREE` of Arch packages: what pacman -Qkk compares the files on the machine with. */

/** One member of the package. Paths are relative, without `./`. */
export type MtreeEntry = {
  readonly path: string;
  readonly mode: number;
  /** Seconds since 1970. */
  readonly mtime: number;
} & (
  | { readonly type: "file"; readonly size: number; readonly md5: string; readonly sha256: string }
  | { readonly type: "directory" }
  | { readonly type: "symlink"; readonly target: string }
);

/**
 * The text (mtree(5), as bsdtar writes it for makepkg). Every member has a line with all it is, since pacman passes over what is not
 * listed (nfpm#638), and both digests, since pacman 6.0 takes a missing MD5 for a wrong one. All belong to root.
 */
export function writeMtree(entries: readonly MtreeEntry[]): string {
  return `#mtree\n/set type=file uid=0 gid=0 mode=644\n${entries.map(line).join("")}`;
}

function line(entry: MtreeEntry): string {
  const mode = (entry.mode & 0o7777).toString(8);
  const common = `./${escaped(entry.path)} time=${entry.mtime}.0 mode=${mode}`;
  if (entry.type === "directory") return `${common} type=dir\n`;
  if (entry.type === "symlink") return `${common} type=link link=${escaped(entry.target)}\n`;
  return `${common} size=${entry.size} md5digest=${entry.md5} sha256digest=${entry.sha256}\n`;
}

/** Bytes that would end a word or begin a comment, and all that are not ASCII, as `\ooo` (vis(3), VIS_OCTAL). */
function escaped(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[!-~]/.test(character) && !/[\\#=]/.test(character)
        ? character
        : `\\${byte.toString(8).padStart(3, "0")}`;
    })
    .join("");
}
