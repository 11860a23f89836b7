/** What docs/templates.md says GoReleaser's templates are in Slipway gives what GoReleaser gives. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { compileTemplate, targetScope, templateScope } from "../../../src/input/index.ts";
import { hostPlatform } from "../../../src/input/facts/host.ts";
import { needs } from "../../judges.ts";
import { ROOT } from "../../setup/imports.ts";
import { clone, environment, factsOf, folder, removeClones } from "../facts/clone.ts";
import { read } from "../kinds.ts";

afterAll(removeClones);

interface Row {
  readonly theirs: string;
  readonly ours: string;
}

/** Not to be compared: the command lines differ, and theirs asks the clock. */
const left = ["{{ .IsSingleTarget }}", '{{ time "2006-01-02" }}'];

/** Rows of the tables whose two cells are one template each. */
function rows(): readonly Row[] {
  const page = readFileSync(join(ROOT, "docs/templates.md"), "utf8");
  const [, table = ""] = page.split("## From GoReleaser's templates");
  return table.split("\n").flatMap((line): readonly Row[] => {
    const [, theirs, ours] = line
      .split(/(?<!\\)\|/)
      .map((cell) => /^`([^`]+)`$/.exec(cell.trim())?.[1]?.replaceAll("\\|", "|"));
    return theirs === undefined || ours === undefined || left.includes(theirs) ? [] : [{ theirs, ours }];
  });
}

const program = 'package main\n\nfunc main() { println("hello") }\n';

needs("goreleaser", "go")(
  "The tables of GoReleaser's fields and functions are true",
  async ({ goreleaser, go }) => {
    const all = rows();
    expect(all.length).toBeGreaterThan(65);
    const { path, git, write, commit } = clone();
    const variables = all.map(({ theirs }, index) => `          - ${JSON.stringify(`ROW_${index}=${theirs}`)}`);
    write("go.mod", "module example.com/acme/tool/v2\n\ngo 1.21\n");
    write("main.go", program);
    write("some.txt", "some text\n");
    write(".gitignore", "dist/\nseen\n");
    write(
      ".goreleaser.yaml",
      [
        "version: 2",
        "project_name: tool",
        "builds:",
        "  - env: [CGO_ENABLED=0]",
        "    hooks:",
        "      post:",
        '      - cmd: sh -c "env -0 > seen"',
        "        env:",
        ...variables,
      ].join("\n"),
    );
    commit("feat: one", "v2.3.3");
    commit("feat: two\n\nwith a body");
    git("tag", "-a", "-m", "The subject\n\nThe body\nof it.", "v2.3.4-rc.1");
    git("remote", "add", "origin", "https://example.com/acme/tool.git");

    const env = {
      ...environment,
      HOME: folder(),
      NAME: "a value",
      PATH: `${join(go, "..")}:${process.env["PATH"]}`,
      GOFLAGS: "-mod=mod",
      GOCACHE: execFileSync(go, ["env", "GOCACHE"], { encoding: "utf8" }).trim(),
      GOPATH: join(path, "dist", "go"),
    };
    execFileSync(goreleaser, ["build", "--single-target", "--clean"], { cwd: path, env, stdio: "pipe" });
    const seen = new Map(
      readFileSync(join(path, "seen"), "utf8")
        .split("\0")
        .map((line) => [line.split("=", 1)[0], line.slice(line.indexOf("=") + 1)]),
    );

    const facts = await factsOf(path, { env });
    const scope = { ...templateScope(read(""), facts), ...targetScope(hostPlatform()) };
    const ours = all.map(({ ours: source }) => [source, compileTemplate(source, undefined, path).render(scope)]);
    const theirs = all.map(({ ours: source }, index) => [source, seen.get(`ROW_${index}`)]);
    expect(ours).toEqual(theirs);
  },
  300_000,
);
