/** An example that is released to a registry of its own, and a podman to run its images: once for the tests of a file. */
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, type TestContext } from "vitest";

import type { JudgeName } from "../../scripts/judges/table.ts";
import { judge, needs } from "../judges.ts";
import { type ExampleName, type ExampleOptions, exampleRepository } from "./example.ts";
import { containerObstacle, type Podman, startPodman } from "./podman.ts";
import { type Registry, startRegistry } from "./registry.ts";
import { slipway } from "./slipway.ts";

export interface ReleasedExample {
  readonly registry: Registry;
  readonly podman: Podman;
  /** Its git repository, with the Release in `dist/`. */
  readonly repository: string;
  /** For files of the tests. */
  readonly folder: string;
  /** What `slipway ARGS` printed there; throws where it fails. */
  slipway(...args: readonly string[]): Promise<string>;
}

type Body<Name extends JudgeName> = (
  example: ReleasedExample,
  tools: Readonly<Record<Name, string>>,
  context: TestContext,
) => unknown;

type DeclareExampleTest<Name extends JudgeName> = (title: string, body: Body<Name>, timeout?: number) => void;

/** Where an example is being made. */
export interface ExamplePlace extends Pick<ReleasedExample, "registry" | "folder"> {
  /** Calls `end` after the tests. */
  atEnd(end: () => Promise<void>): void;
}

export interface ReleasedExampleOptions extends ExampleOptions {
  /** For every slipway. */
  readonly env?: Readonly<Record<string, string>>;
}

const always = ["crane", "distribution", "podman", "runc"] as const;

/**
 * Releases an example before the tests of a file, and declares tests that get it. `options` say how its repository is made
 * for a registry; they are skipped with the reason where a judge among `programs` is missing or containers cannot run.
 */
export function releasedExample<const Name extends JudgeName>(
  name: ExampleName,
  programs: readonly Name[],
  options: (place: ExamplePlace) => ReleasedExampleOptions | Promise<ReleasedExampleOptions>,
): DeclareExampleTest<Name | (typeof always)[number]> {
  const wanted = [...always, ...programs];
  let example: ReleasedExample | undefined;
  const ends: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    if (containerObstacle() !== undefined || wanted.some((one) => judge(one) === undefined)) return;
    const folder = mkdtempSync(join(tmpdir(), "slipway-released-"));
    ends.push(() => rm(folder, { recursive: true, force: true }));
    const registry = await startRegistry("distribution");
    ends.push(() => registry.stop());
    const podman = await startPodman();
    ends.push(() => podman.stop());
    const { env = {}, ...rest } = await options({ registry, folder, atEnd: (end) => void ends.push(end) });
    const repository = exampleRepository(name, { ...rest, folder: join(folder, name) });
    const run: ReleasedExample["slipway"] = async (...args) => {
      // Images leave a machine only where this is set.
      const { code, stdout, stderr } = await slipway(args, { cwd: repository, env: { CI: "true", ...env } });
      if (code !== 0) throw new Error(`slipway ${args.join(" ")}: ${stderr}`);
      return stdout;
    };
    await run("release");
    example = { registry, podman, repository, folder, slipway: run };
  }, 300_000);

  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
  });

  return (title, body, timeout = 60_000) =>
    needs(...wanted)(
      title,
      async (tools, context) => {
        const obstacle = containerObstacle();
        if (obstacle !== undefined) context.skip(obstacle);
        if (example === undefined) throw new Error(`${name} was not released`);
        await body(example, tools, context);
      },
      timeout,
    );
}
