/** Tools that build Dockerfiles, looked for before anything is planned: one that is missing is known before anything is made. */
import { asking, chooseTool } from "../make/images/dockerfile/tools.ts";
import { runCommand } from "../make/spawn.ts";
import type { Config } from "../model/config.ts";
import { placed, problemsOf, throwIfAny } from "../model/problem.ts";
import type { Vocabulary } from "../plan/deciding.ts";

/** Throws `tool.missing` for each image with a Dockerfile that nothing here could build. */
export async function lookForBuildTools({ images, root }: Config, { base }: Vocabulary): Promise<void> {
  const ask = asking((command) =>
    runCommand(command, { cwd: root, env: process.env, signal: new AbortController().signal }),
  );
  const problems = await Promise.all(
    images.map(async ({ dockerfile, when, place }) => {
      if (dockerfile === undefined || isOff(when?.render(base))) return [];
      try {
        await chooseTool(dockerfile.tool, ask);
        return [];
      } catch (thrown) {
        const known = problemsOf(thrown);
        if (known === undefined) throw thrown;
        return known.map((problem) => placed(problem, dockerfile.place ?? place));
      }
    }),
  );
  throwIfAny(problems.flat());
}

function isOff(when: string | undefined): boolean {
  return when !== undefined && ["", "false"].includes(when.trim());
}
