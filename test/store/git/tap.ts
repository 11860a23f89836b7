/** A tap as a bare repository on this machine, and a store that a release goes to. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHash } from "node:crypto";

import type { Artifact, Digest } from "../../../src/model/artifact.ts";
import type { Receipt, Store } from "../../../src/model/store.ts";
import { gitSchema } from "../../../src/store/git/options.ts";
import { decideGit, type DecidedGit, decidedGit } from "../../../src/store/git/decided.ts";
import { openGitStore } from "../../../src/store/git/store.ts";
import type { StoreContext } from "../../../src/store/kind.ts";
import { contextOf } from "../context.ts";

export const clean = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "Somebody",
  GIT_AUTHOR_EMAIL: "somebody@example.com",
  GIT_COMMITTER_NAME: "Somebody",
  GIT_COMMITTER_EMAIL: "somebody@example.com",
};

/** Runs git by itself: no settings of whoever runs the tests. */
export function gitIn(folder: string, ...args: readonly string[]): string {
  return execFileSync("git", ["-C", folder, ...args], { encoding: "utf8", env: clean, stdio: "pipe" }).trimEnd();
}

export interface Tap {
  /** A throw-away folder. */
  readonly home: string;
  /** The bare repository. */
  readonly bare: string;
  /** What git says of the bare repository. */
  git(...args: readonly string[]): string;
  /** A commit by somebody else; gives its id. */
  commit(files: Readonly<Record<string, string>>, branch?: string): string;
  context(more?: Partial<StoreContext>): StoreContext;
  open(options?: Readonly<Record<string, unknown>>, context?: StoreContext): Promise<Store>;
  remove(): void;
}

/** With one commit on `main`, which has a README. */
export function makeTap({ format = "sha1" }: { readonly format?: string } = {}): Tap {
  const home = mkdtempSync(join(tmpdir(), "slipway-tap-"));
  const bare = join(home, "tap.git");
  execFileSync("git", ["init", "-q", "--bare", "-b", "main", `--object-format=${format}`, bare], { env: clean });
  const tap: Tap = {
    home,
    bare,
    git: (...args) => gitIn(bare, ...args),
    commit: (files, branch = "main") => commitTo(bare, files, branch),
    context: (more) => ({ ...contextOf(home, join(home, "dist")), ...more }),
    open: (options = {}, context = tap.context()) => openGitStore(decidedFrom({ git: bare, ...options }), context),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
  // A clone of nothing would have the wrong kind of ids.
  const input = (text: string, ...args: readonly string[]): string =>
    execFileSync("git", ["-C", bare, ...args], { encoding: "utf8", env: clean, input: text }).trim();
  const tree = input(`100644 blob ${input("A tap.\n", "hash-object", "-w", "--stdin")}\tREADME.md\n`, "mktree");
  tap.git("update-ref", "refs/heads/main", tap.git("commit-tree", "-m", "first", tree));
  return tap;
}

/** Pushes a commit from a clone that is thrown away. */
export function commitTo(url: string, files: Readonly<Record<string, string>>, branch = "main"): string {
  const clone = mkdtempSync(join(tmpdir(), "slipway-clone-"));
  try {
    execFileSync("git", ["clone", "-q", url, clone], { env: clean, stdio: "pipe" });
    gitIn(clone, "checkout", "-q", "-B", branch);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(clone, path, ".."), { recursive: true });
      writeFileSync(join(clone, path), text);
    }
    gitIn(clone, "add", "-A");
    gitIn(clone, "commit", "-q", "-m", "by somebody");
    gitIn(clone, "push", "-q", "origin", `HEAD:${branch}`);
    return gitIn(clone, "rev-parse", "HEAD");
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
}

/** Options as the Plan has them; templates are taken as they are. */
export function decidedFrom(options: Readonly<Record<string, unknown>>): DecidedGit {
  const written = gitSchema.parse(options);
  const place = { file: "slipway.yaml", line: 1, column: 1 };
  const scope = { project: { name: "tool", maintainer: "Ada <ada@example.com>" }, version: "1.2.3" };
  const compiled = JSON.parse(JSON.stringify(written), (_, value: unknown) =>
    typeof value === "object" &&
    value !== null &&
    "lateNames" in value &&
    "source" in value &&
    typeof value.source === "string"
      ? template(value.source)
      : value,
  ) as typeof written;
  return decidedGit.parse(decideGit(compiled, scope, place));
}

function template(source: string) {
  const late = source.match(/artifact(\.\w+)*/g) ?? [];
  const roots = late.length === 0 ? [] : ["artifact"];
  return { source, place: undefined, constant: late.length === 0, roots, late: [...late], render: () => source };
}

export function artifactOf(name: string, text: string, more: Partial<Artifact> = {}): Artifact {
  const digest: Digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  return { name, type: "file", listed: true, attributes: {}, digest, size: Buffer.byteLength(text), refs: [], ...more };
}

export async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

export async function textOf(bytes: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** All acts of a release of these files, as the transaction does them; then the store is closed. */
export async function releaseTo(store: Store, files: Readonly<Record<string, string>>): Promise<readonly Receipt[]> {
  const receipts: Receipt[] = [];
  const artifacts = Object.entries(files).map(([name, text]) => [artifactOf(name, text), text] as const);
  try {
    for (const [artifact, text] of artifacts) receipts.push(await store.put(artifact, bytesOf(text)));
    for (const [artifact] of artifacts) await textOf(await store.staged?.(artifact));
    for (const [artifact] of artifacts) receipts.push(...(await store.point(artifact)));
    receipts.push(...((await store.show?.()) ?? []));
    return receipts;
  } finally {
    await store.close();
  }
}

/** `put tool.rb done`. */
export function said(receipts: readonly Receipt[]): readonly string[] {
  return receipts.map(({ act, name, outcome }) => `${act} ${name} ${outcome}`);
}
