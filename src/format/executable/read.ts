/** Reads what a program's headers say, whichever of ELF, Mach-O and PE it is. */
import type { RandomAccess } from "../random-access.ts";
import { isElf, readElf } from "./elf.ts";
import type { Executable } from "./executable.ts";
import { isMachO, readMachO } from "./macho.ts";
import { isPe, readPe } from "./pe.ts";

/**
 * The programs in a file: several in a universal Mach-O file, none where it is something else, such as a script. Only headers are
 * read. Fails with `format.invalid` where they are damaged.
 */
export async function readExecutables(bytes: RandomAccess): Promise<readonly Executable[]> {
  const start = await bytes.read(0, Math.min(bytes.size, 8));
  if (isElf(start)) return [await readElf(bytes)];
  if (isMachO(start)) return readMachO(bytes);
  if (!isPe(start)) return [];
  const program = await readPe(bytes);
  return program === undefined ? [] : [program];
}
