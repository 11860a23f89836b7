/** `slipway attack` on the command line: a release that was signed for real, its trust file, and servers on localhost. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { toolConfig, toolFiles } from "../worlds/project.ts";
import { digestsIn, shell } from "../worlds/shell.ts";
import { slipway } from "../worlds/slipway.ts";

const { project, env, home } = shell();

interface Report {
  readonly outcome: string;
  readonly refused: number;
  readonly accepted: number;
  readonly notApplicable: number;
  readonly attacks: readonly { readonly number: number; readonly outcome: string; readonly detail: string }[];
}

const config = `${toolConfig}trust:
  provenance: slsa
  keys: { release: { minisign: "file:${join(home, "release.key")}", passphrase: env:RELEASE_PASSPHRASE } }
  sign: [{ minisign: release }]
`;

describe("slipway attack", () => {
  it("says of 32 attacks which were refused and how, leaves the release as it was, and exits 0", async () => {
    const cwd = project(toolFiles({ "slipway.yaml": config }));
    const own = { ...env, RELEASE_PASSPHRASE: "p" };
    const run = (...args: readonly string[]): ReturnType<typeof slipway> => slipway(args, { cwd, env: own });
    const secret = ["--passphrase", "env:RELEASE_PASSPHRASE", "-o", join(home, "release.key")];
    const making = ["keys", "new", "release", "--kind", "minisign", ...secret];
    expect((await slipway(making, { cwd: home, env: own })).code).toBe(0);
    expect((await run("release", "--skip", "publish")).code).toBe(0);
    const trust = join(home, "trust.json");
    expect((await run("keys", "export", "--trust", "-o", trust)).code).toBe(0);

    const before = digestsIn(join(cwd, "dist"));
    const { code, stdout } = await run("attack", "dist/1.0.0", "--trust", trust, "--json");
    const report = JSON.parse(stdout) as Report;
    expect(report.attacks.filter(({ outcome }) => outcome === "accepted")).toEqual([]);
    expect([code, report.outcome]).toEqual([0, "refused"]);
    const refused = report.attacks.filter(({ outcome }) => outcome === "refused").map(({ number }) => number);
    expect(refused).toEqual(expect.arrayContaining([4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 17, 18, 19, 20, 25, 26, 27, 28]));
    expect(report.attacks.every(({ detail }) => detail !== "")).toBe(true);
    expect(digestsIn(join(cwd, "dist"))).toEqual(before);

    const [file = ""] = readdirSync(join(cwd, "dist/1.0.0")).filter((name) => name.endsWith(".tar.gz"));
    writeFileSync(join(cwd, "dist/1.0.0", file), "other");
    const damaged = await run("attack", "dist/1.0.0", "--trust", trust);
    expect([damaged.code, damaged.stderr]).toEqual([1, expect.stringContaining("invalid as it is")]);
  });
});
