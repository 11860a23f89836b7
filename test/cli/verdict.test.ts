/** What a verification tells people: how much of it, and how it counts. */
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";

import { verdictText } from "../../src/cli/output/verdict.ts";
import type { Verdict } from "../../src/verify/verdict.ts";

const by = { name: "team", method: "minisign", fingerprint: "00" } as const;
const verdict: Verdict = {
  outcome: "invalid",
  release: undefined,
  signedBy: [by],
  checks: [
    { check: "signature", subject: "release.json.minisig", outcome: "ok", detail: "by team", by },
    { check: "metadata", subject: "release.json", outcome: "ok", detail: "listed; it is not the newest" },
    { check: "required", subject: "notes.md", outcome: "skipped", detail: "no signature covers it" },
    { check: "digest", subject: "good", outcome: "ok", detail: "1 byte" },
    { check: "signature", subject: "other.sig", outcome: "skipped", detail: "by nobody who is trusted" },
    { check: "digest", subject: "bad", outcome: "failed", detail: "2 bytes" },
  ],
  files: 1,
  bytes: 3,
};

const subjects = (show: Parameters<typeof verdictText>[1]): readonly string[] =>
  stripVTControlCharacters(verdictText(verdict, show))
    .split("\n")
    .slice(0, -1)
    .map((line) => /^\S+ +\S+ +([^:]+):/.exec(line)?.[1] ?? line);

describe("the verdict", () => {
  it("comes after what is wrong and whose signatures are right, after all, or after what is wrong alone", () => {
    expect(subjects("news")).toEqual(["release.json.minisig", "release.json", "notes.md", "bad"]);
    expect(subjects("all")).toEqual(["release.json.minisig", "release.json", "notes.md", "good", "other.sig", "bad"]);
    expect(subjects("problems")).toEqual(["bad"]);
  });

  it("counts what was decided, and one of a thing as one", () => {
    const last = (shown: Verdict): string | undefined =>
      stripVTControlCharacters(verdictText(shown, "problems")).split("\n").at(-1);
    expect(last(verdict)).toBe("invalid (3 of 4 checks, 1 file, 3 B)");
    expect(last({ ...verdict, checks: verdict.checks.slice(-1), files: 2 })).toBe(
      "invalid (0 of 1 check, 2 files, 3 B)",
    );
  });
});
