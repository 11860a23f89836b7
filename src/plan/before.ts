/** Decides `before`: the user's commands, one after the other, ahead of everything else. They always run. */
import type { PlannedStep } from "../model/plan.ts";
import { attempt, renderEnv, wanted, type Deciding } from "./deciding.ts";
import { planHook } from "./builds.ts";

export function decideBefore(deciding: Deciding): readonly PlannedStep[] {
  const steps: PlannedStep[] = [];
  if (deciding.skip.has("before")) return steps;
  deciding.config.before.forEach((hook, index) => {
    attempt(deciding, hook.place, () => {
      if (!wanted(deciding, { when: hook.when, path: `before[${index}]` })) return;
      const planned = planHook(hook, deciding.vocabulary.base);
      const previous = steps.at(-1);
      steps.push({
        id: `before/${index}`,
        section: "before",
        kind: "hook",
        title: typeof planned.run === "string" ? planned.run : `before ${index + 1}`,
        needs: previous === undefined ? [] : [previous.id],
        options: {},
        env: renderEnv(deciding.config.env, deciding.vocabulary.base),
        outputs: [],
        hooks: { pre: [planned], post: [] },
        place: hook.place,
      });
    });
  });
  return steps;
}
