/** Workflows ask for what the config needs and for nothing else, and secrets go where they are needed. */
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import { kinds } from "../../src/cli/tables.ts";
import { workflowOf } from "../../src/cli/workflows.ts";
import { readSource, sourceOfText } from "../../src/input/index.ts";
import { actionsFor } from "../../src/scaffold/ci/actions.ts";
import { forges } from "../../src/scaffold/ci/forges.ts";
import { type NextSteps, nextSteps } from "../../src/scaffold/ci/next-steps.ts";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly name?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: unknown;
  readonly steps: readonly Step[];
}

interface Shown {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

function textsOf(forge: string, config: string): Readonly<Record<string, string>> {
  const read = readSource(sourceOfText("slipway.yaml", `slipway: 1\nproject: { name: tool }\n${config}`), "/p", kinds);
  const files = forges[forge]?.(workflowOf(read, "")) ?? [];
  return Object.fromEntries(files.map(({ path, text }) => [path.slice(path.lastIndexOf("/") + 1), text]));
}

const shown = (forge: string, config: string, name = "release.yml"): Shown =>
  parse(textsOf(forge, config)[name] ?? "") as Shown;

function envOf({ jobs }: Shown): Readonly<Record<string, string>> {
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  expect(steps.filter(({ env }) => env !== undefined && JSON.stringify(env).includes("secrets."))).toHaveLength(1);
  return steps.find(({ name }) => name === "Release" || name === "Validate")?.env ?? {};
}

describe("the release's job may", () => {
  const read = { contents: "read" };
  test.each([
    ["read, and no more", "stores: { site: { folder: public } }\n", read],
    ["write releases", "stores: { github: { github: acme/tool } }\n", { contents: "write" }],
    [
      "write packages",
      "stores: { r: { registry: ghcr.io/acme, username: u, password: env:P } }\n",
      { ...read, packages: "write" },
    ],
    ["write no packages for another registry", "stores: { r: { registry: quay.io/acme } }\n", read],
    [
      "say who it is, for trusted publishing",
      "stores: { p: { pypi: true, trusted: true } }\n",
      { ...read, "id-token": "write" },
    ],
    [
      "say who it is, to sign without a key",
      "trust: { sign: [{ sigstore: keyless, of: [release] }] }\n",
      { ...read, "id-token": "write" },
    ],
    [
      "close a milestone, and read the pull requests that the notes are made of",
      "stores: { forge: { github: acme/tool } }\nnotes: { from: github }\nannounce: [{ milestone: v1 }]\n",
      { contents: "write", issues: "write", "pull-requests": "read" },
    ],
    ["not, where a key signs nothing", "trust: { keys: { ci: { keyless: https://fulcio.example.com } } }\n", read],
  ])("%s", (_, config, expected) => {
    const { permissions, jobs } = shown("github", config);
    expect(permissions).toEqual(read);
    expect(jobs["release"]?.permissions).toEqual(expected);
    expect(shown("github", config, "validate.yml").permissions).toEqual(read);
    expect(textsOf("github", config)["validate.yml"]).not.toContain("write");
  });
});

describe("secrets", () => {
  const config = `trust:
  keys: { release: { minisign: env:TOOL_KEY, passphrase: env:TOOL_PASS } }
  sign: [{ minisign: release, of: [checksums] }]
stores: { forge: { github: acme/tool }, npm: { npm: true, token: env:NPM_PUBLISH } }
`;

  test("are given under their own names, and only to the step that works", () => {
    expect(envOf(shown("github", config))).toEqual({
      WHAT: "${{ !startsWith(github.ref, 'refs/tags/') && '--snapshot' || '' }}",
      GITHUB_TOKEN: "${{ secrets.GITHUB_TOKEN }}",
      NPM_PUBLISH: "${{ secrets.NPM_PUBLISH }}",
      TOOL_KEY: "${{ secrets.TOOL_KEY }}",
      TOOL_PASS: "${{ secrets.TOOL_PASS }}",
    });
  });

  test("of places are not given to what is only validated, and keys not to what is proposed", () => {
    expect(envOf(shown("github", config, "validate.yml"))).toEqual({
      TOOL_KEY: "${{ github.event_name == 'push' && secrets.TOOL_KEY || '' }}",
      TOOL_PASS: "${{ github.event_name == 'push' && secrets.TOOL_PASS || '' }}",
    });
  });

  test("are named for GitLab, which gives them itself", () => {
    expect(textsOf("gitlab", config)["slipway.yml"]).toContain(
      "# Set as protected, masked CI/CD variables: GITHUB_TOKEN, NPM_PUBLISH, TOOL_KEY, TOOL_PASS.\n",
    );
  });
});

test("every action is pinned to a commit, with its release beside it, and the history is there", () => {
  for (const [forge, actions] of [
    ["github", actionsFor("node24")],
    ["gitea", actionsFor("node20")],
  ] as const) {
    const text = Object.values(textsOf(forge, "builds: [{ go: . }, { python: . }, { zig: . }]\n")).join("\n");
    const uses = text.match(/uses: .*/g) ?? [];
    expect(uses.length).toBeGreaterThan(8);
    for (const line of uses) expect(line).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+/);
    for (const { action, commit, version } of Object.values(actions))
      expect(uses).toContain(`uses: ${action}@${commit} # ${version}`);
    expect(text.match(/fetch-depth: 0/g)).toHaveLength(2);
  }
});

test("tags are those of the project, with or without a v as the config says; a nightly comes when it is asked for", () => {
  const tags = (config: string): unknown => shown("github", config).on["push"];
  expect(tags("")).toEqual({ tags: ["v[0-9]*", "[0-9]*"] });
  expect(tags("version: { prefix: cli/v, require: [tag, prefix] }\n")).toEqual({ tags: ["cli/v[0-9]*"] });
  expect(tags("version: { prefix: release- }\n")).toEqual({ tags: ["release-[0-9]*"] });
  const nightly = shown("github", 'ci: { schedule: "0 3 * * *" }\n');
  expect(nightly.on["schedule"]).toEqual([{ cron: "0 3 * * *" }]);
  expect(nightly.jobs["release"]?.steps.find(({ name }) => name === "Release")?.env?.["WHAT"]).toContain("--nightly");
});

test("words of the config stand as they are, whatever YAML would make of them", () => {
  const install = "echo 'a: b' # \"c\" && true";
  const { jobs } = shown(
    "github",
    `ci: { install: ${JSON.stringify(install)}, smoke: ["yes", "no: 1", "- x", "0.10"] }\n`,
    "validate.yml",
  );
  expect(jobs["validate"]?.steps.find(({ name }) => name === "Install slipway")?.run).toBe(install);
  const smoke = jobs["docker-smoke"]?.steps.filter(({ name }) => name !== undefined && name !== "Install slipway");
  expect(smoke?.map(({ run }) => run)).toEqual(["yes", "no: 1", "- x", "0.10"]);
});

test.each(['ci: { runner: "a\\nb" }', 'ci: { schedule: "* * *" }', "ci: { timeout: 0 }", "ci: { env: { 1A: x } }"])(
  "%s is refused",
  (config) => {
    expect(() => textsOf("github", `${config}\n`)).toThrow(expect.objectContaining({ code: "config.invalid" }));
  },
);

describe("what remains to be done by hand is told", () => {
  const stepsOf = (forge: string, config: string, written: readonly string[] = []): NextSteps => {
    const text = `slipway: 1\nproject: { name: tool }\n${config}`;
    return nextSteps(forge, workflowOf(readSource(sourceOfText("slipway.yaml", text), "/p", kinds), ""), written);
  };
  const signed =
    "trust: { keys: { release: { minisign: env:TOOL_KEY } }, sign: [{ minisign: release, of: [checksums] }] }\n";

  test("of every forge, and ends with a tag", () => {
    for (const forge of Object.keys(forges)) {
      const { steps } = stepsOf(forge, "version: { prefix: cli/v }\n", ["a b.yml"]);
      expect(steps.at(-2)).toBe("commit and push the files: git add 'a b.yml'");
      expect(steps.at(-1)).toMatch(/^release by a tag: git tag cli\/v1\.0\.0 && git push origin cli\/v1\.0\.0;/);
    }
  });

  test("secrets and variables where the forge has them, but for what it gives by itself", () => {
    const config = `stores: { github: { github: acme/tool }, npm: { npm: true } }\nci: { env: { CHANNEL: "\${{ vars.CHANNEL }}", S: "\${{ secrets.OTHER }}" } }\n${signed}`;
    const { secrets, variables, steps } = stepsOf("github", config);
    expect({ secrets, variables }).toEqual({ secrets: ["NPM_TOKEN", "OTHER", "TOOL_KEY"], variables: ["CHANNEL"] });
    expect(steps.slice(0, 2)).toEqual([
      "set the secrets NPM_TOKEN, OTHER, TOOL_KEY (signs): Settings > Secrets and variables > Actions > Secrets",
      "set the variable CHANNEL: Settings > Secrets and variables > Actions > Variables",
    ]);
    expect(steps.some((step) => step.startsWith("commit"))).toBe(false);
  });

  test.each([
    ["gitea", "stores: { github: { github: acme/tool } }\n", /^name another variable .*GITHUB_TOKEN/],
    ["gitlab", signed, /^protect the tags.* v\*$/],
    ["github", "stores: { p: { pypi: true, trusted: true } }\n", /publish to pypi, as its trusted publisher$/],
  ])("%s: %s", (forge, config, said) => {
    expect(stepsOf(forge, config).steps).toContainEqual(expect.stringMatching(said));
  });
});
