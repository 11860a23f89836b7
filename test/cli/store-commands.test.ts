/** Programs of stores: whose variables they get, what of their output is told, and what of it nobody sees. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { commandEnvironment } from "../../src/cli/command-environment.ts";
import { storeCommands } from "../../src/cli/store-commands.ts";
import type { Problem } from "../../src/model/problem.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "slipway-store-commands-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

interface Asked {
  readonly operators?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
}

/** What a script prints, line by line, and what it fails with. */
async function runs(script: string, { operators = {}, env = {}, secrets = [] }: Asked = {}) {
  const lines: string[] = [];
  const run = storeCommands({
    root,
    env: { PATH: process.env["PATH"], ...operators },
    signal: new AbortController().signal,
    onLine: (line) => lines.push(line),
  });
  const asked = { words: ["sh", "-c", script], names: {}, env, secrets, timeout: 60_000 };
  const problem = await run(asked).then(
    () => undefined,
    (thrown: unknown) => thrown as Problem,
  );
  return { lines, problem };
}

describe("the environment of a program", () => {
  test("has what programs need and what its entry says, and no token of another place", async () => {
    const operators = {
      GITHUB_TOKEN: "ghp_of-another-place",
      SITE_PASSWORD: "of yet another",
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "whoever has it is the job",
      HTTPS_PROXY: "http://proxy.example:3128",
      no_proxy: "example.org",
      LC_ALL: "C.UTF-8",
      HOME: root,
    };
    const { lines } = await runs("env | sort | grep -v ^_= | grep -v ^SHLVL= | grep -v ^PWD= | grep -v ^OLDPWD=", {
      operators,
      env: { API_KEY: "its own" },
    });
    expect(lines.filter((line) => !line.startsWith("PATH="))).toEqual([
      "API_KEY=its own",
      `HOME=${root}`,
      "HTTPS_PROXY=http://proxy.example:3128",
      "LC_ALL=C.UTF-8",
      "no_proxy=example.org",
    ]);
  });

  test("is that of Windows in whatever case its names come", () => {
    const windows = { Path: "C:\\Windows", SystemRoot: "C:\\Windows", "ProgramFiles(x86)": "C:\\P", NPM_TOKEN: "no" };
    expect(Object.keys(commandEnvironment(windows))).toEqual(["Path", "SystemRoot", "ProgramFiles(x86)"]);
  });
});

describe("a secret is in no line and in no message", () => {
  const key = "-----BEGIN KEY-----\nMIIEvgIBADANBgkqhkiG\n9w0BAQEFAASCBKgwggSk\n-----END KEY-----\n";

  test.each([
    ["line by line", 'echo "$KEY"; exit 1', key],
    ["as one line with written line ends", `awk '{ printf "%s\\\\n", $0 }' <<E\n$KEY\nE\nexit 1`, key],
    ["as base64", 'printf %s "$KEY" | base64; exit 1', key],
    ["as base64 in one line, with a line end in it", 'printf "%s\\n" "$KEY" | base64 -w0; exit 1', "correct horse"],
    [
      "in an address",
      "echo https://example.org/?key=correct%20h%C3%B6rse%2B%2Fbattery; exit 1",
      "correct hörse+/battery",
    ],
    ["a short one", 'echo "pin $KEY"; exit 1', "4711"],
    ["over the bound of what is shown of a line", `printf "%0996d$KEY" 0; exit 1`, "correct horse"],
    ["over the bound of what is told of a line", `printf "%065530d$KEY" 0; exit 1`, "correct horse"],
  ])("%s", async (_, script, secret) => {
    const { lines, problem } = await runs(script, { env: { KEY: secret }, secrets: [secret] });
    const seen = [...lines, problem?.message, ...(problem?.lines ?? [])].join("\n");
    for (const part of ["MIIE", "9w0B", "LS0tLS1", "Y29ycm", "horse", "b%C3", "rse", "4711", "corr"]) {
      expect(seen).not.toContain(part);
    }
    expect(problem).toMatchObject({ code: "step.failed" });
    expect(seen.includes("***") || seen.includes(`${"0".repeat(1000)}…`)).toBe(true);
  });
});

test("what a program prints for ever is told up to a bound, and that it was", async () => {
  const { lines } = await runs("seq 12000");
  expect(lines.slice(9_999)).toEqual([
    "10000",
    "... what it prints from here on is not shown",
    "... 2000 more lines are not shown",
  ]);
});

test("of a failure the last lines are shown, and how many there were before", async () => {
  const { problem } = await runs("seq 100; exit 1");
  expect(problem?.lines.slice(0, 2)).toEqual(["... 70 lines before these are not shown", "71"]);
});
