/** Compiles the package as npm installs it into `lib/`: the modules of the library, and the program in a few files beside them. */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** The thread that compresses is a program of its own, which is looked for beside whoever starts it. */
const programs = ["src/cli/main.ts", "src/format/compressor/worker.ts"];

/** The library, whose `exports` are these modules, and the program, into `folder`. */
export function compilePackage(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  execFileSync("tsc", ["-p", join(root, "tsconfig.lib.json"), "--outDir", folder], { stdio: "inherit" });
  bundleProgram(join(folder, "program"), ["--packages=external"]);
}

/**
 * The program alone, so that a start reads a few files and not a thousand. `folder` lies two levels below package.json, which it reads;
 * `externals` are options of `bun build` that say which packages stay apart.
 */
export function bundleProgram(folder: string, externals: readonly string[]): void {
  const options = ["--target=node", "--splitting", "--entry-naming=[name].js", ...externals];
  execFileSync("bun", ["build", ...programs, ...options, "--outdir", folder], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

if (import.meta.main) compilePackage(join(root, "lib"));
