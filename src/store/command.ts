/** The command store: whatever no other store knows, by a program of the project's own. */
import { z } from "zod";

import type { StoreEntry } from "../model/config/publish.ts";
import type { JsonObject } from "../model/json.ts";
import { Problem } from "../model/problem.ts";
import { type Words, words } from "../model/schema.ts";
import { renderText, type Scope, type Template, type Text } from "../model/template.ts";
import { decidedCommand } from "./command/decided.ts";
import { openCommandStore } from "./command/store.ts";
import type { OpenableStore } from "./kind.ts";
import { plannedVariables, type SecretVariables, secretVariables } from "./variables.ts";

interface CommandOptions {
  readonly command: Words;
  readonly check?: Words | undefined;
  readonly remove?: Words | undefined;
  readonly once?: boolean | undefined;
  readonly secrets?: SecretVariables | undefined;
  readonly timeout?: number | undefined;
  readonly turn?: "names" | "final" | "pointers" | undefined;
}

const late = ["artifact"];

export const command: OpenableStore<CommandOptions> = {
  kind: "command",
  summary: "A command of the project's own, for whatever no other store knows.",
  example:
    "stores:\n  chocolatey:\n    command: ./upload.sh {{ artifact.path }}\n    check: ./is-there.sh {{ artifact }} {{ version }}\n    secrets: { API_KEY: env:CHOCOLATEY_KEY }\n    turn: final\n",
  primary: "command",
  schema: z.strictObject({
    command: words("what publishes an artifact; run for each, in the project's folder, without a shell", late),
    check: words(
      "what says by its exit code whether an artifact is there: 0 it is, 1 it is not, 2 it waits for somebody",
      late,
    ).optional(),
    remove: words("what takes the release back; run once").optional(),
    once: z
      .boolean()
      .optional()
      .describe("whether `command` and `check` are run once for all artifacts, which then have no `artifact`"),
    secrets: secretVariables("the commands get").optional(),
    timeout: z.int().min(1).optional().describe("seconds that one run may take; left out: 600"),
    turn: z
      .enum(["names", "final", "pointers"])
      .optional()
      .describe(
        "when it is run: with the other places (`names`, the default), after them, for what cannot be taken back (`final`), or last, for what only points to them (`pointers`)",
      ),
  }),
  decide: (entry, scope) => decide(entry, scope),
  turnOf: (options) => decidedCommand.parse(options).turn,
  open: async (options, context) => openCommandStore(decidedCommand.parse(options), context),
};

function decide({ options, env, place }: StoreEntry & { readonly options: CommandOptions }, scope: Scope): JsonObject {
  const { check, remove, once = false, secrets = {}, timeout = 600, turn = "names" } = options;
  const planned = (of: Words | undefined): readonly Text[] | Text => (of === undefined ? [] : plannedWords(of, scope));
  if (once) refuseArtifact([options.command, check]);
  const command = planned(options.command);
  if (command === "" || (Array.isArray(command) && command.length === 0))
    throw new Problem("plan.invalid", "there is no command", { place, expected: "a program and its arguments" });
  return JSON.parse(
    JSON.stringify({
      command,
      check: planned(check),
      remove: planned(remove),
      once,
      env: plannedVariables(env, scope),
      secrets,
      timeout,
      turn,
    }),
  ) as JsonObject;
}

function plannedWords(of: Words, scope: Scope): readonly Text[] | Text {
  return isList(of) ? of.map((word) => renderText(word, scope)) : renderText(of, scope);
}

/** What is run once for all is about none of them. */
function refuseArtifact(all: readonly (Words | undefined)[]): void {
  const texts = all.flatMap((of) => (of === undefined ? [] : isList(of) ? of : [of]));
  const wrong = texts.find((text) => text.late.length > 0);
  if (wrong !== undefined)
    throw new Problem("plan.invalid", "a command that is run once for all has no {{ artifact }}", {
      place: wrong.place,
      expected: "the variables SLIPWAY_FOLDER and SLIPWAY_PATHS",
    });
}

function isList(of: Words): of is readonly Template[] {
  return Array.isArray(of);
}
