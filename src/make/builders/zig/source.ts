/** A program of one source file, in Zig or C: how `zig build-exe` is told version, commit and date. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

const [zigFile, cFile, cxxFile] = [/\.zig$/, /\.(c|m|s|S)$/, /\.(cc|cpp|cxx|mm)$/];

/** Whether a path is that of a source file, and not of a folder with a build.zig. */
export function isSource(path: string): boolean {
  return [zigFile, cFile, cxxFile].some((ending) => ending.test(path));
}

/**
 * The words that stand for the source. A Zig program finds `version`, `commit` and `date` in the module `build_options`, as
 * build.zig usually calls it; a C program finds the macros BUILD_VERSION, BUILD_COMMIT and BUILD_DATE, and is linked with the
 * C library that zig brings.
 */
export async function sourceArgs(
  source: string,
  constants: Readonly<Record<string, string>>,
  scratch: string,
): Promise<readonly string[]> {
  if (!zigFile.test(source)) {
    const macros = Object.entries(constants).map(([name, value]) => `-D${name}=${JSON.stringify(value)}`);
    return [cxxFile.test(source) ? "-lc++" : "-lc", ...macros, source];
  }
  const options = join(scratch, "build_options.zig");
  const lines = Object.entries(constants).map(
    ([name, value]) =>
      `pub const ${name.replace("BUILD_", "").toLowerCase()}: []const u8 = ${JSON.stringify(value)};\n`,
  );
  await writeFile(options, lines.join(""));
  // Settings before a module are that module's own; the second has none and takes those of the first.
  return ["--dep", "build_options", `-Mroot=${source}`, `-Mbuild_options=${options}`];
}
