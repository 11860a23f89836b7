/** Which machine an executable is for, read from its first bytes. */
import { open } from "node:fs/promises";

/** The target of the machine the tests run on. */
export const hostTarget = `${{ win32: "windows" }[process.platform as string] ?? process.platform}/${process.arch === "x64" ? "amd64" : process.arch}`;

/** `linux/arm64`, or what the file starts with when it is none of ELF, 64-bit Mach-O and PE. */
export async function magicOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(4096);
    await file.read(head, 0, head.length, 0);
    const magic = head.readUInt32BE(0);
    if (magic === 0x7f454c46) return `linux/${elf[head.readUInt16LE(18)] ?? "?"}`;
    if (magic === 0xcffaedfe) return `darwin/${macho[head.readUInt32LE(4)] ?? "?"}`;
    if (head.toString("latin1", 0, 2) === "MZ")
      return `windows/${pe[head.readUInt16LE(head.readUInt32LE(60) + 4)] ?? "?"}`;
    return head.toString("hex", 0, 8);
  } finally {
    await file.close();
  }
}

/** e_machine of the System V ABI. */
const elf: Readonly<Record<number, string>> = { 62: "amd64", 183: "arm64" };
/** cputype of mach/machine.h. */
const macho: Readonly<Record<number, string>> = { 0x01000007: "amd64", 0x0100000c: "arm64" };
/** Machine of the PE/COFF specification. */
const pe: Readonly<Record<number, string>> = { 0x8664: "amd64", 0xaa64: "arm64" };
