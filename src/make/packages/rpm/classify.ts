/** Says of a file what rpm's tools expect to read there: without it, rpmlint holds a package of programs to have none (pelican#279). */

export interface FileType {
  /** What `file` would say; empty for what is neither a program nor a script. */
  readonly text: string;
  /** What `file --mime-type` would say of programs, scripts, texts and what is empty; anything else is `application/octet-stream`. */
  readonly media: string;
  /** 1 for programs of 32 bits, 2 for those of 64 (rpm, lib/rpmfiles.h, rpm_color_t). */
  readonly color: number;
}

/** Bytes of a file's beginning that are enough. */
export const headSize = 1024;

/** e_machine (elf.h), as `file` calls it. */
const machines: ReadonlyMap<number, string> = new Map([
  [3, "Intel 80386"],
  [8, "MIPS"],
  [20, "PowerPC or cisco 4500"],
  [21, "64-bit PowerPC or cisco 7500"],
  [22, "IBM S/390"],
  [40, "ARM"],
  [62, "x86-64"],
  [183, "ARM aarch64"],
  [243, "UCB RISC-V"],
  [258, "LoongArch"],
]);

interface ElfKind {
  readonly words: string;
  readonly media: string;
}

/** By e_type; 3 is a program where the file names another that loads it. */
const kinds: ReadonlyMap<number, ElfKind> = new Map([
  [1, { words: "relocatable", media: "application/x-object" }],
  [2, { words: "executable", media: "application/x-executable" }],
  [3, { words: "shared object", media: "application/x-sharedlib" }],
  [4, { words: "core file", media: "application/x-coredump" }],
]);

const pie: ElfKind = { words: "pie executable", media: "application/x-pie-executable" };

/** Programs that run scripts, by name without a version. */
const scripts: Readonly<Record<string, string>> = {
  sh: "text/x-shellscript",
  ash: "text/x-shellscript",
  bash: "text/x-shellscript",
  dash: "text/x-shellscript",
  ksh: "text/x-shellscript",
  zsh: "text/x-shellscript",
  python: "text/x-script.python",
  perl: "text/x-perl",
  ruby: "text/x-ruby",
  node: "application/javascript",
};

/** `head` is the beginning of a file. */
export function classify(head: Uint8Array): FileType {
  if (Buffer.from("\x7fELF", "latin1").equals(head.subarray(0, 4)) && head.length >= 20) return elf(head);
  const program = /^#! *(?:\/usr\/bin\/env +)?(\S+)/.exec(Buffer.from(head).toString("latin1"))?.[1];
  if (program === undefined) return { text: "", media: textOrNot(head), color: 0 };
  const name = program.slice(program.lastIndexOf("/") + 1);
  return {
    text: name === "sh" ? "POSIX shell script, ASCII text executable" : `a ${program} script, ASCII text executable`,
    media: scripts[name.replace(/[0-9.]+$/, "")] ?? "text/plain",
    color: 0,
  };
}

/** Text is UTF-8 without control characters that no text has; the last character of `head` may be cut off. */
function textOrNot(head: Uint8Array): string {
  if (head.length === 0) return "inode/x-empty";
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: head.length >= headSize });
    // oxlint-disable-next-line no-control-regex -- which is what must not be there
    return /[\0-\x06\x0e-\x1a\x1c-\x1f\x7f]/.test(text) ? "application/octet-stream" : "text/plain";
  } catch {
    return "application/octet-stream";
  }
}

function elf(head: Uint8Array): FileType {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const is64 = head[4] === 2;
  const isLittle = head[5] === 1;
  const kind = namesLoader(view, is64, isLittle) ? pie : kinds.get(view.getUint16(16, isLittle));
  const machine = machines.get(view.getUint16(18, isLittle)) ?? "unknown architecture";
  return {
    text: `ELF ${is64 ? "64" : "32"}-bit ${isLittle ? "LSB" : "MSB"} ${kind?.words ?? "file"}, ${machine}, version 1`,
    media: kind?.media ?? "application/octet-stream",
    color: is64 ? 2 : 1,
  };
}

/** Whether a shared object has a program header PT_INTERP (elf.h), as programs have and libraries have not. */
function namesLoader(view: DataView, is64: boolean, isLittle: boolean): boolean {
  if (view.getUint16(16, isLittle) !== 3 || view.byteLength < 64) return false;
  const start = is64 ? Number(view.getBigUint64(32, isLittle)) : view.getUint32(28, isLittle);
  const size = view.getUint16(is64 ? 54 : 42, isLittle);
  const count = view.getUint16(is64 ? 56 : 44, isLittle);
  for (let index = 0; index < count; index++) {
    const at = start + index * size;
    if (at + 4 > view.byteLength) return false;
    if (view.getUint32(at, isLittle) === 3) return true;
  }
  return false;
}
