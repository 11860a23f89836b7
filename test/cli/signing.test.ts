/** What a command that signs is handed: the file's path as one word, however the file is called. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import type { Decided } from "../../src/cli/decide.ts";
import { fileSigner } from "../../src/cli/signing.ts";
import { compileTemplate } from "../../src/input/index.ts";
import type { SignaturePlan } from "../../src/model/release-plan.ts";
import type { FileToSign } from "../../src/model/signer.ts";
import type { Scope } from "../../src/model/template.ts";

const root = mkdtempSync(join(tmpdir(), "slipway signing-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Writes what it was called with as the signature. */
const program = join(root, "sign.cjs");
writeFileSync(
  program,
  'const [, , out, ...words] = process.argv; require("fs").writeFileSync(out, JSON.stringify(words));',
);

async function wordsFor(name: string, command: string): Promise<readonly string[]> {
  const decided = {
    plan: { epoch: 0 },
    root,
    render: (source: string, scope: Scope) => compileTemplate(source, undefined, root).render(scope),
  } as unknown as Decided;
  const planned = {
    kind: "command",
    key: "",
    options: { command: { late: command, with: {} } },
    env: {},
    place: { file: "slipway.yaml", line: 1, column: 1 },
  } as unknown as SignaturePlan;
  const file: FileToSign = {
    name,
    digest: `sha256:${"0".repeat(64)}`,
    size: 1,
    async *open() {
      yield Buffer.from("x");
    },
  };
  const made = await fileSigner(decided, new AbortController().signal)(planned, file);
  return JSON.parse(Buffer.from(made).toString("utf8")) as string[];
}

test.each(["tool.tar.gz", "a tool --yes.dmg", "it's.txt", "$(touch pwned).txt", "a'  'b.txt", "é.txt"])(
  "the file %s is one word, quoted in the config or not",
  async (name) => {
    const line = `node '${program}' {{ signature }} {{ artifact }} "{{ artifact }}" x={{ artifact }} end`;
    const [bare = "", ...others] = await wordsFor(name, line);
    expect(bare.endsWith(`/${name}`)).toBe(true);
    expect(others).toEqual([bare, `x=${bare}`, "end"]);
    expect(readFileSync(program, "utf8")).toContain("process.argv");
  },
);
