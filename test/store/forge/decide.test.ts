/** What configs say of Gitea and GitLab, and where a forge is that no config says: told by the repository's remote. */
import { describe, expect, test } from "vitest";

import { problemsOf } from "../../../src/model/problem.ts";
import { forgeOfRemote } from "../../../src/store/forge/address.ts";
import { facts, planText } from "../../worlds/planning.ts";

const head = "slipway: 1\nproject: tool\nbuilds:\n  - fake: main\n";
const at = (url: string) => ({ facts: { git: { ...facts.git, url } } }) as const;
const optionsOf = (stores: string, url = "") =>
  planText(`${head}stores:\n${stores}`, at(url)).publish.map(({ options }) => options);
const refusal = (stores: string, url = ""): string => {
  try {
    optionsOf(stores, url);
  } catch (thrown) {
    return (problemsOf(thrown) ?? []).map(({ code, message }) => `${code} ${message}`).join("\n");
  }
  throw new Error("it was taken");
};

describe("a forge is where the remote is", () => {
  test.each([
    ["https://git.example.com/acme/tool", "https://git.example.com/"],
    ["https://git.example.com:3000/forge/acme/tool.git", "https://git.example.com:3000/forge/"],
    ["git@git.example.com:acme/tool.git", "https://git.example.com/"],
    ["ssh://git@git.example.com:2222/Acme/Tool.git/", "https://git.example.com/"],
    ["http://localhost:3000/acme/tool", "http://localhost:3000/"],
    ["https://git.example.com/acme/other", undefined],
    ["https://git.example.com/macme/tool", undefined],
    ["/srv/git/acme/tool.git", undefined],
    ["file:///srv/acme/tool", undefined],
    ["", undefined],
  ])("%s", (url, forge) => {
    expect(forgeOfRemote(url, "acme/tool")).toBe(forge);
  });
});

describe("gitea", () => {
  test("takes the address that is written, with or without the API's path, before that of the remote", () => {
    const [written, withPath, found] = optionsOf(
      "  a: { gitea: acme/tool, endpoint: https://one.example }\n" +
        "  b: { gitea: acme/tool, endpoint: https://two.example/git/api/v1 }\n" +
        "  c: { gitea: acme/tool }\n",
      "git@three.example:acme/tool.git",
    );
    expect([written?.["endpoint"], withPath?.["endpoint"], found?.["endpoint"]]).toEqual([
      "https://one.example/",
      "https://two.example/git/",
      "https://three.example/",
    ]);
  });

  test("wants to be told where it is, and a repository", () => {
    expect(refusal("  a: { gitea: acme/tool }\n", "https://github.com/acme/other")).toBe(
      "plan.invalid nothing says which forge acme/tool is on",
    );
    expect(refusal("  a: { gitea: tool, endpoint: https://one.example }\n")).toContain(`"tool" cannot be a repository`);
    expect(refusal("  a: { gitea: acme/tool, endpoint: one.example }\n")).toContain("cannot be the address of a forge");
    expect(refusal("  a: { gitea: acme/tool, latest: true }\n")).toContain("latest");
  });
});

describe("gitlab", () => {
  test("is gitlab.com where neither the config nor the remote says another", () => {
    const [usual, deep, number] = optionsOf(
      "  a: { gitlab: acme/other }\n  b: { gitlab: acme/tools/tool }\n  c: { gitlab: 42, endpoint: https://git.example/api/v4/ }\n".replace(
        "42",
        '"42"',
      ),
      "git@gitlab.acme.com:acme/tools/tool.git",
    );
    expect([usual?.["endpoint"], deep?.["endpoint"], number?.["endpoint"]]).toEqual([
      "https://gitlab.com/",
      "https://gitlab.acme.com/",
      "https://git.example/",
    ]);
    expect(number).toMatchObject({ repository: "42", existing: "refuse", listed: false });
  });

  test("milestones that render to nothing are left out, and those behind them are read", () => {
    const [options] = optionsOf(
      '  a: { gitlab: acme/tool, path: /bin/, milestones: ["{{ prerelease }}", "{{ major }}.x"] }\n',
    );
    expect(options).toMatchObject({ milestones: ["1.x"], path: "bin" });
  });

  test("a time that is none is refused, and so are drafts, which GitLab has not", () => {
    expect(refusal("  a: { gitlab: acme/tool, releasedAt: tomorrow }\n")).toContain('"tomorrow" is no time');
    expect(refusal("  a: { gitlab: acme/tool, draft: true }\n")).toContain("draft");
  });
});
