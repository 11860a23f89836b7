/** Every command explains itself, and shells complete it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";

import { needs } from "../judges.ts";
import { shell } from "../worlds/shell.ts";
import { slipway } from "../worlds/slipway.ts";

const { run, home, fresh, env } = shell();
const names = [
  "init",
  "ci",
  "cut",
  "check",
  "plan",
  "build",
  "release",
  "pipeline",
  "publish",
  "status",
  "yank",
  "announce",
  "verify",
  "attack",
  "mirror",
  "watch",
  "keys",
  "sbom",
  "conformance",
  "cache",
  "version",
  "completion",
];

describe("help", () => {
  test("of all commands names each with what it does, and fits a terminal", async () => {
    const { code, stdout } = await run(home, "--help");
    expect(code).toBe(0);
    for (const name of names) expect(stdout).toMatch(new RegExp(`^  ${name}( \\S+){0,2} {2,}\\S.*$`, "m"));
    expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(100);
  });

  test.each(names)("of %s has one example, which begins with it, and describes every option", async (name) => {
    const { code, stdout, stderr } = await run(home, name, "--help");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [help = "", ...examples] = stdout.split("\nExample:\n");
    expect(examples).toHaveLength(1);
    expect(examples[0]).toMatch(new RegExp(`^  slipway ${name}\\b.*\\n$`));
    const options =
      help
        .split("\nOptions:\n")[1]
        ?.split("\n")
        .filter((line) => line.startsWith("  -")) ?? [];
    expect(options.length).toBeGreaterThan(4);
    for (const option of options) expect(option).toMatch(/^ {2}(-\w, )?--[a-z-]+( [<[]\S+)? {2,}\S.*$/);
    expect(await run(home, "help", name)).toEqual({ code, stdout, stderr });
  });

  test("survives a reader that goes away", async () => {
    const through = ["sh", "-c", '"$@" | true', "sh"];
    for (const args of [["--help"], ["release", "--help"], ["completion", "fish"], ["version"]])
      expect((await slipway(args, { cwd: home, env, through })).stderr).toBe("");
  });
});

describe("completion", () => {
  const script = (name: string): string => join(home, `slipway.${name}`);
  beforeAll(async () => {
    for (const name of ["bash", "zsh", "fish"])
      writeFileSync(script(name), (await run(home, "completion", name)).stdout);
  });

  /** What bash offers for the last word. */
  function inBash(...words: readonly string[]): readonly string[] {
    const code = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _slipway; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", code, script("bash"), "slipway", ...words], {
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    return stdout.split("\n").filter((line) => line !== "");
  }

  test("in bash", () => {
    expect(inBash("re")).toEqual(["release"]);
    expect(inBash("")).toEqual(expect.arrayContaining(names));
    expect(inBash("release", "--sn")).toEqual(["--snapshot"]);
    expect(inBash("release", "")).toContain("--clean");
    expect(inBash("cache", "")).toEqual(["show", "prune"]);
    expect(inBash("cache", "--m")).toEqual(["--max"]);
    expect(inBash("completion", "z")).toEqual(["zsh"]);
    expect(inBash("help", "ver")).toEqual(["verify", "version"]);
    expect(inBash("verify", "")).toEqual([]); // paths, by `complete -o default`
    expect(inBash("release", "--plan", "")).toEqual([]);
  });

  needs("fish")("in fish", ({ fish }) => {
    const folder = fresh();
    mkdirSync(folder);
    writeFileSync(join(folder, "plan.json"), "{}");
    const offered = (line: string): readonly string[] => {
      const { stdout, stderr } = spawnSync(fish, ["-N", "-c", `source ${script("fish")}; complete -C '${line}'`], {
        encoding: "utf8",
        cwd: folder,
        env: { ...process.env, HOME: folder },
      });
      expect(stderr).toBe("");
      return stdout.split("\n").flatMap((found) => (found === "" ? [] : [found.split("\t")[0] ?? ""]));
    };
    expect(offered("slipway re")).toEqual(["release"]);
    expect(offered("slipway ").toSorted()).toEqual(names.toSorted());
    expect(offered("slipway release --sn")).toEqual(["--snapshot"]);
    expect(offered("slipway cache ").toSorted()).toEqual(["prune", "show"]);
    expect(offered("slipway release --plan pl")).toEqual(["plan.json"]);
    expect(offered("slipway verify pl")).toEqual(["plan.json"]);
  });

  needs("zsh")("in zsh", ({ zsh }) => {
    // A pseudo-terminal of zsh's own, in which somebody types a line and presses Tab.
    const drive = `
      zmodload zsh/zpty
      zpty z ${zsh} -f -i
      zpty -w z 'PS1=; PROMPT_EOL_MARK=; unsetopt zle_bracketed_paste; TERM=dumb; autoload -Uz compinit; compinit -u -D; source '$1'; bindkey -e; bindkey "^I" complete-word; setopt no_list_beep; print RE""ADY'
      zpty -r -m z output '*READY*'
      zpty -w -n z "$2"$'\\t'
      zpty -w -n z $'\\C-a'print\\ DO\\"\\"NE\\ \\'
      zpty -w z "'"
      zpty -r -m z output '*DONE*'
      print -r -- "$output"
      zpty -d z
    `;
    // With EDITOR=vi, which npm sets, zsh would take the keys of vi.
    const typed = (line: string): string => {
      const { stdout } = spawnSync(zsh, ["-f", "-c", drive, zsh, script("zsh"), line], {
        encoding: "utf8",
        timeout: 60_000,
        env: { ...process.env, TERM: "dumb", COLUMNS: "200" },
      });
      return stdout;
    };
    expect(typed("slipway rel")).toContain("slipway release ");
    expect(typed("slipway release --sn")).toContain("--snapshot");
    expect(typed("slipway cache pr")).toContain("cache prune");
    expect(typed("slipway completion fi")).toContain("completion fish");
  });
});
