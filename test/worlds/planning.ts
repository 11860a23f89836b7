/** Plans decided from the text of a config and made-up facts, without git, disk or toolchains. */
import { archives } from "../../src/make/archives/table.ts";
import { packages } from "../../src/make/packages/table.ts";
import { sboms } from "../../src/make/sboms/table.ts";
import { readSource, sourceOfText, templateVocabulary } from "../../src/input/index.ts";
import type { Facts } from "../../src/model/facts.ts";
import { type BuildKind, kindTable } from "../../src/model/kind.ts";
import { executableSuffix, formatPlatform } from "../../src/model/platform.ts";
import type { Plan } from "../../src/model/plan.ts";
import { z, template } from "../../src/model/schema.ts";
import type { Template } from "../../src/model/template.ts";
import { plan, type PlanRequest } from "../../src/plan/plan.ts";
import { announcements } from "../../src/publish/announce/table.ts";
import { signatures } from "../../src/sign/signatures/table.ts";
import { keys } from "../../src/sign/table.ts";
import { stores } from "../../src/store/table.ts";

interface FakeOptions {
  readonly fake: Template;
  readonly flags?: Template | undefined;
}

/** A builder that decides like a real one and is never asked to make anything. */
export const fake: BuildKind<FakeOptions> = {
  kind: "fake",
  summary: "A builder of tests.",
  example: "builds:\n  - fake: main\n",
  primary: "fake",
  schema: z.strictObject({ fake: template("what is built"), flags: template("flags").optional() }),
  targets: () => ["linux/amd64", "linux/arm64", "windows/amd64"],
  cannot: (platform) => (platform.os === "plan9" ? "nobody can" : undefined),
  probe: async () => ({ data: {}, problems: [] }),
  decide: ({ options, platform, scope, binary, name }) => [
    {
      suffix: "",
      options: { main: options.fake.render(scope), flags: options.flags?.render(scope) ?? "" },
      env: platform === undefined ? {} : { TARGET: formatPlatform(platform) },
      outputs: [
        {
          name: `${binary ?? name}${platform === undefined ? "" : executableSuffix(platform)}`,
          type: "binary",
          platform,
          listed: false,
          attributes: {},
        },
      ],
    },
  ],
};

export const kinds = {
  builders: kindTable<BuildKind>([fake]),
  archives,
  packages,
  keys,
  signatures,
  sboms,
  stores,
  announcements,
};

/** Version 1.2.3 of a clean clone, tagged v1.2.3. */
export const facts: Facts = {
  root: "/project",
  git: {
    commit: "0123456789abcdef0123456789abcdef01234567",
    shortCommit: "0123456",
    branch: "main",
    tag: "v1.2.3",
    previousTag: "v1.2.2",
    tagSubject: "One two three",
    tagBody: "",
    tagsAtHead: ["v1.2.3"],
    releasedVersions: ["1.2.2", "1.2.3"],
    summary: "v1.2.3",
    commitTime: 1_769_774_400,
    isDirty: false,
    dirtyFiles: [],
    isShallow: false,
    url: "https://example.com/acme/tool",
    firstCommit: "f".repeat(40),
  },
  version: { version: "1.2.3", rawVersion: "1.2.3", major: 1, minor: 2, patch: 3, prerelease: "", metadata: "" },
  isSnapshot: false,
  isNightly: false,
  epoch: 1_769_774_400,
  env: { HOME: "/home/ada", TOKEN: "hunter2" },
  host: { os: "linux", arch: "amd64" },
  probed: {},
  commits: [],
  changelogs: {},
  absent: [],
  charts: {},
  bases: {},
  keys: {},
};

/** The Plan of a config's text. Throws what `slipway plan` would print. */
export function planText(
  text: string,
  more: Partial<Pick<PlanRequest, "targets" | "skip" | "notes">> & { readonly facts?: Partial<Facts> } = {},
): Plan {
  const config = readSource(sourceOfText("slipway.yaml", text), "/project", kinds);
  const all = { ...facts, ...more.facts };
  return plan({
    config,
    facts: all,
    kinds,
    vocabulary: templateVocabulary(config, all),
    by: "0",
    targets: more.targets,
    skip: more.skip,
    notes: more.notes,
  });
}
