/** A zipapp: the project and what it depends on in one file that Python runs (PEP 441). */
import { open } from "node:fs/promises";
import { join } from "node:path";

import { readZip } from "../../../format/zip/read.ts";
import { zip } from "../../../format/zip/write.ts";
import { inFile } from "../../../format/random-access.ts";
import { onDisk } from "../../../model/disk.ts";
import { Problem } from "../../../model/problem.ts";
import { filesUnder } from "../../glob.ts";
import type { Made, MakeContext } from "../../maker.ts";
import { several } from "../../several.ts";
import type { Frontend } from "./frontend.ts";
import { type Entry, sorted } from "./repack.ts";

export interface Zipapp {
  readonly name: string;
  /** Path of the project's wheel. */
  readonly wheel: string;
  /** `module:function`, or a module that is run. */
  readonly entry: string;
  /** What the first line names after `#!`. */
  readonly interpreter: string;
  readonly python: string;
  /** Absolute path of a constraints file for the dependencies, or empty. */
  readonly constraints: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What installers write about themselves or the machine. */
const notes =
  /\.dist-info\/(RECORD|INSTALLER|REQUESTED|direct_url\.json|uv_\w+\.json)$|^bin\/|^\.lock$|(^|\/)__pycache__\//;
/** Python imports no extension module from a zip file. */
const compiled = /\.(so|pyd|dylib)$/;

/** Installs the wheel into a folder, dependencies and all, and writes the folder as a zipapp. */
export async function makeZipapp(app: Zipapp, frontend: Frontend, context: MakeContext): Promise<Made> {
  const folder = join(context.scratch, "zipapp");
  await install(app, frontend, folder, context);
  const files = (await filesUnder(folder, "")).map(({ path }) => path).filter((path) => !notes.test(path));
  const extension = files.find((path) => compiled.test(path));
  if (extension !== undefined) {
    throw new Problem(
      "plan.invalid",
      `${app.name} cannot hold ${extension}: Python imports no compiled module from a zip file`,
      {
        hint: "leave `zipapp` out of the formats, or depend on pure Python",
      },
    );
  }
  const main: Entry = {
    path: "__main__.py",
    mode: 0o644,
    mtime: context.epoch,
    type: "file",
    content: context.contentOfBytes(Buffer.from(mainModule(app.entry))),
  };
  const entries = await several(files, async (path): Promise<Entry> => ({
    ...main,
    path,
    type: "file",
    content: await context.contentOfFile(join(folder, path)),
  }));
  const line = Buffer.from(`#!${app.interpreter}\n`);
  const made = await context.write(
    app.name,
    joined(
      line,
      zip(
        sorted([...entries, main], () => 0),
        { start: line.length },
      ),
    ),
  );
  await readBack(made.path, line.length);
  return made;
}

function install(app: Zipapp, frontend: Frontend, folder: string, context: MakeContext): Promise<unknown> {
  const { python, wheel, constraints, env } = app;
  const rest = [...(constraints === "" ? [] : ["--constraint", constraints]), "--target", folder, wheel];
  const installer =
    frontend === "uv"
      ? { command: "uv", args: ["pip", "install", "--python", python, "--link-mode", "copy"] }
      : { command: python, args: ["-m", "pip", "install", "--no-compile", "--disable-pip-version-check"] };
  return context.run({ command: installer.command, args: [...installer.args, ...rest], env });
}

/** `package.module:function` is called and its result is the exit code; a module alone is run like `python -m`. */
function mainModule(entry: string): string {
  const [module = "", target] = entry.split(":");
  if (target === undefined)
    return `import runpy\n\nrunpy.run_module(${JSON.stringify(module)}, run_name="__main__", alter_sys=True)\n`;
  const [name = ""] = target.split(".");
  return `import sys\n\nfrom ${module} import ${name}\n\nsys.exit(${target}())\n`;
}

async function* joined(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

async function readBack(path: string, start: number): Promise<void> {
  const file = await onDisk(path, () => open(path));
  try {
    for await (const member of readZip(await inFile(file), { start }))
      if (member.type === "file") for await (const _ of member.open());
  } finally {
    await file.close();
  }
}
