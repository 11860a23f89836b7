/** Shows the whole way of a release on this machine: make, publish to a folder, verify there, run what came out. */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { styleText } from "node:util";
import { ROOT } from "../test/setup/imports.ts";
import { exampleRepository } from "../test/worlds/example.ts";
import { findJudge, judgeNamed } from "./judges/find.ts";

const SYSTEMS: Readonly<Record<string, string>> = { linux: "linux", darwin: "darwin", win32: "windows" };
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

const example = chooseExample();
const folder = mkdtempSync(join(tmpdir(), "slipway-demo-"));
const repository = exampleRepository(example, { folder: join(folder, example) });

heading(`A git repository of examples/${example}, tagged v1.0.0`);
console.log(repository);

heading("Release it as a snapshot: build for five platforms, pack, write the lists");
slipway("release", "--snapshot");
const release = onlyFolderIn(join(repository, "dist"));

heading("Publish that release to a folder");
const site = join(folder, "public");
slipway("publish", relative(repository, release), "--to", relative(repository, site));

heading("Verify what stands there: every byte, every list, nothing extra");
slipway("verify", relative(repository, site));

heading("Unpack this machine's archive and run the program");
const program = unpackHostArchive();
if (program === undefined) console.log(`The example is not built for ${process.platform} on ${process.arch}.`);
else run(program, ["version"]);

heading("Where everything is");
console.log(`the repository and its slipway.yaml   ${repository}
the release as it was made            ${release}
the release as it was published       ${site}
${program === undefined ? "" : `the program                           ${program}\n`}
What to try next, in ${repository}:
  slipway plan --snapshot      what a release would make, and where it would go
  slipway release --snapshot   once more: nothing changed, so nothing is made again
  slipway release              the release of v1.0.0 itself, published to ./public/1.0.0
Change a byte of any file below ${site} and run "slipway verify" on it again.
In a project of your own: "slipway init" writes a slipway.yaml that works as it is.
slipway is ${join(ROOT, "bin", "slipway")}`);

function chooseExample(): "engram" | "hello" {
  if (findJudge(judgeNamed("go")) !== undefined) return "engram";
  console.log("Go is not installed (https://go.dev/dl), so examples/hello is released instead of examples/engram:");
  console.log("a small TypeScript program, built by the bun that npm has installed here.");
  return "hello";
}

function heading(text: string): void {
  console.log(`\n${styleText("bold", text)}`);
}

function slipway(...args: readonly string[]): void {
  run(join(ROOT, "bin", "slipway"), args);
}

/** Shows a command and runs it in the repository; what follows would make no sense without it, so a failure ends the demo. */
function run(command: string, args: readonly string[]): void {
  const shown = [command.replace(join(ROOT, "bin", "slipway"), "slipway"), ...args].join(" ");
  console.log(styleText("dim", `$ ${shown}`));
  const { status, error } = spawnSync(command, args, { cwd: repository, stdio: "inherit" });
  if (status === 0) return;
  console.error(`The demo stops here: ${shown} failed${error === undefined ? "" : `: ${error.message}`}`);
  process.exit(1);
}

function onlyFolderIn(parent: string): string {
  const [name = ""] = readdirSync(parent);
  return join(parent, name);
}

/** The path of the program for this machine, unpacked; undefined when there is none for it. */
function unpackHostArchive(): string | undefined {
  const target = `${SYSTEMS[process.platform]}_${ARCHITECTURES[process.arch]}`;
  const archive = readdirSync(release).find((name) => name.includes(`_${target}.`));
  if (archive === undefined) return undefined;
  const place = join(folder, "unpacked");
  mkdirSync(place);
  run("tar", ["-xf", join(release, archive), "-C", place]);
  return join(place, process.platform === "win32" ? `${example}.exe` : example);
}
