/** Says of a file what rpm's tools expect to read there: without it, rpmlint holds a package of programs to have none (pelican#279). */
import type { FileClass } from "./files.ts";

/** Bytes of a file's beginning that are enough. */
export const headSize = 128;

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

/** e_type: an executable is a shared object too, when it may be loaded anywhere. */
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
  const kind = kinds.get(view.getUint16(16, isLittle)) ?? "file";
  const machine = machines.get(view.getUint16(18, isLittle)) ?? "unknown architecture";
  return {
    text: `ELF ${is64 ? "64" : "32"}-bit ${isLittle ? "LSB" : "MSB"} ${kind}, ${machine}, version 1`,
    color: is64 ? 2 : 1,
  };
}
