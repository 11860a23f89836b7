/** Small projects on disk, from a map of paths to texts. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll } from "vitest";

const made: string[] = [];

afterAll(async () => {
  await Promise.all(made.map((path) => rm(path, { recursive: true, force: true })));
});

/** A fresh folder called `name` with these files; goes away after the tests of the file. */
export async function projectOf(files: Readonly<Record<string, string>>, name = "thing"): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), "slipway-init-"));
  made.push(parent);
  const root = join(parent, name);
  await mkdir(root);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

/** Projects of every language `init` knows, as people have them. */
export const projects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  go: {
    "go.mod": "module github.com/acme/engram/v2\n\ngo 1.26\n",
    "cmd/engram/main.go": `package main\n\nvar (\n\tversion = "dev"\n\tcommit  = "none"\n\tbuildDate string // set by the release\n\tretries = 3\n)\n\nfunc main() {}\n`,
    "cmd/engramctl/main.go": "package main\n\nfunc main() {}\n",
    "cmd/engramctl/main_test.go": "package main\n",
    "cmd/gen/gen.go": "//go:build ignore\n\npackage main\n\nfunc main() {}\n",
    "internal/x/x.go": "package x\n",
    LICENSE: "MIT License\n\nCopyright (c) 2026\n",
    "README.md": "# Engram\n",
  },
  rust: {
    "Cargo.toml": `[package]\nname = "ripple"\nversion = "0.1.0"\ndescription = "Makes waves: small ones"\nlicense = "MIT OR Apache-2.0"\nrepository = "https://example.org/ripple"\n`,
    "src/main.rs": "fn main() {}\n",
    "src/bin/ripple-admin.rs": "fn main() {}\n",
    "src/bin/deep/main.rs": "fn main() {}\n",
  },
  workspace: {
    "Cargo.toml": `[workspace]\nmembers = ["crates/*", "tools/x"]\nexclude = ["crates/old"]\n[workspace.package]\nlicense = "MIT"\n`,
    "crates/core/Cargo.toml": `[package]\nname = "core"\n`,
    "crates/core/src/lib.rs": "",
    "crates/cli/Cargo.toml": `[package]\nname = "acme-cli"\n[[bin]]\nname = "acme"\npath = "src/main.rs"\n`,
    "crates/cli/src/main.rs": "fn main() {}\n",
    "crates/old/Cargo.toml": `[package]\nname = "old"\n`,
    "crates/old/src/main.rs": "fn main() {}\n",
    "tools/x/Cargo.toml": `[package]\nname = "x"\n`,
    "tools/x/src/main.rs": "fn main() {}\n",
  },
  bun: {
    "package.json": `{ "name": "@acme/hello", "description": "Says: hello, {{ you }}", "devDependencies": { "@types/bun": "1" } }`,
    "bun.lock": "{}",
    "src/index.ts": "export {};\n",
  },
  npm: {
    "package.json": `{ "name": "ship", "license": "ISC", "bin": { "ship": "./dist/cli.js" }, "scripts": { "build": "tsc" } }`,
    "src/cli.ts": "import './x.ts';\n",
  },
  node: {
    "package.json": `{ "name": "one", "bin": "./one.cjs" }`,
    "one.cjs": `const { readFileSync } = require("node:fs");\nconsole.log(readFileSync.name);\n`,
  },
  deno: {
    "deno.jsonc": `{\n\t// what it is\n\t"name": "@acme/den",\n\t"tasks": { "dev": "deno run -A https://example.org/x.ts", },\n}\n`,
    "main.ts": "export {};\n",
  },
  python: {
    "pyproject.toml": `[project]\nname = "snake"\nversion = "1.0.0"\ndescription = "Slides"\nlicense = { text = "BSD-3-Clause" }\nurls = { Homepage = "https://example.org" }\n[build-system]\nrequires = ["hatchling"]\n`,
    "src/snake/__init__.py": "",
  },
  zig: {
    "build.zig": `const exe = b.addExecutable(.{\n    .name = "zap",\n    .root_module = m,\n});\n`,
    "build.zig.zon": `.{\n    .name = .zap_project,\n    .version = "0.0.1",\n}\n`,
  },
  several: {
    "go.mod": "module example.org/both\n",
    "main.go": "package main\n\nfunc main() {}\n",
    "pyproject.toml": `[project]\nname = "both"\ndynamic = ["version"]\n`,
    "web/package.json": `{ "name": "web", "private": true, "scripts": { "build": "vite build" } }`,
    "helper/Cargo.toml": `[package]\nname = "helper"\n`,
    "helper/src/main.rs": "fn main() {}\n",
    ".gitignore": "node_modules\n/dist\n",
  },
  nothing: { "README.md": "# Words only\n", "notes: old.txt": "" },
};
