/** Runs a script on the project's own Node with its dependencies in place: `node scripts/on-node.mjs FILE ARGUMENTS`. */

// The one file that must run on whatever Node (20 or newer) the machine has; all others may rely on ours.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const bin = join(modules, ".bin");

ensureToolchain();
runOnOurNode(process.argv.slice(2));

/** Installs the locked dependencies unless they are there. Says what it does; in place, it says and does nothing. */
function ensureToolchain() {
  if (!dependenciesAreLocked()) {
    console.log("Installing the locked dependencies (npm ci)");
    npm(["ci", "--no-audit", "--no-fund"]);
  }
  // Where npm is told to run no install scripts, these two, whose scripts put a program in place, are finished here.
  const unfinished = ["node", "bun"].filter((name) => spawnSync(join(bin, name), ["--version"]).status !== 0);
  if (unfinished.length === 0) return;
  console.log(`Finishing the install of ${unfinished.join(" and ")} (npm rebuild)`);
  npm(["rebuild", ...unfinished, "--ignore-scripts=false"]);
}

/** True when every package the lock file demands stands in node_modules in that version. */
function dependenciesAreLocked() {
  // npm writes this file last, so an interrupted install leaves none.
  const installed = join(modules, ".package-lock.json");
  if (!existsSync(installed)) return false;
  const found = JSON.parse(readFileSync(installed, "utf8")).packages;
  const locked = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  return Object.entries(locked).every(([path, { version, optional, peer }]) => {
    if (path === "") return true;
    if (found[path] === undefined) return optional === true || peer === true;
    return found[path].version === version;
  });
}

function npm(args) {
  // An older system Node is expected here and put right by what is installed, so npm's warning about it would mislead.
  const { status, error } = spawnSync("npm", [...args, "--loglevel=error"], { cwd: root, stdio: "inherit" });
  if (status === 0) return;
  console.error(`npm ${args.join(" ")} failed${error ? `: ${error.message}` : ""}`);
  process.exit(1);
}

function runOnOurNode(args) {
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` };
  const child = spawn(join(bin, "node"), args, { stdio: "inherit", env });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.once("close", (code) => (process.exitCode = code ?? 1));
}
