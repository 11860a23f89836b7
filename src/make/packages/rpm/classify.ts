/** Says of a file what rpm's tools expect to read there: without it, rpmlint holds a package of programs to have none (pelican#279). */
import type { FileClass } from "./files.ts";

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

/** e_type; 3 is `pie executable` where the file names a program that loads it. */
const kinds: ReadonlyMap<number, string> = new Map([
  [1, "relocatable"],
  [2, "executable"],
  [3, "shared object"],
  [4, "core file"],
]);

/** `head` is the beginning of a file. What is neither a program nor a script has no class. */
export function classify(head: Uint8Array): FileClass {
  if (Buffer.from("\x7fELF", "latin1").equals(head.subarray(0, 4)) && head.length >= 20) return elf(head);
  const text = Buffer.from(head).toString("latin1");
  const program = /^#! *(?:\/usr\/bin\/env +)?(\S+)/.exec(text)?.[1];
  if (program === undefined) return { text: "", color: 0 };
  const name = program.slice(program.lastIndexOf("/") + 1);
  return {
    text: name === "sh" ? "POSIX shell script, ASCII text executable" : `a ${program} script, ASCII text executable`,
    color: 0,
  };
}

function elf(head: Uint8Array): FileClass {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const is64 = head[4] === 2;
  const isLittle = head[5] === 1;
  const kind = namesLoader(view, is64, isLittle) ? "pie executable" : kinds.get(view.getUint16(16, isLittle));
  const machine = machines.get(view.getUint16(18, isLittle)) ?? "unknown architecture";
  return {
    text: `ELF ${is64 ? "64" : "32"}-bit ${isLittle ? "LSB" : "MSB"} ${kind ?? "file"}, ${machine}, version 1`,
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
