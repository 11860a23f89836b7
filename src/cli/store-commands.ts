/** What stores are handed that other rooms know how to do: late values filled in, and programs run. */
import { compileTemplate } from "../input/index.ts";
import { definedIn } from "../make/context.ts";
import { commandLine, runCommand } from "../make/spawn.ts";
import { splitWords } from "../make/words.ts";
import { Problem } from "../model/problem.ts";
import type { Scope, Text } from "../model/template.ts";
import { hiding } from "../store/http/discreet.ts";
import type { StoreCommand, StoreCommandResult, StoreContext } from "../store/kind.ts";
import { boundedLines } from "./bounded-lines.ts";
import { commandEnvironment } from "./command-environment.ts";

/** A text of a store's options, with `names` and the operator's environment in its holes. `root` is where filters read files. */
export function renderStoreText(text: Text, names: Scope, root: string): string {
  if (typeof text === "string") return text;
  return compileTemplate(text.late, undefined, root).render({ env: definedIn(process.env), ...text.with, ...names });
}

export interface StoreCommandsOptions extends Pick<StoreContext, "root" | "env"> {
  readonly signal: AbortSignal;
  /** Given each line that a program prints, without secrets. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/**
 * Runs programs of stores: their words never pass through a shell, their secrets never through a message, and secrets of others never to
 * them. What they print is told up to a bound.
 */
export function storeCommands({ root, env, signal, onLine }: StoreCommandsOptions): StoreContext["run"] {
  return async (asked): Promise<StoreCommandResult> => {
    const { words, secrets, timeout, accept } = asked;
    const [command = "", ...args] = wordsOf(asked, root);
    const hide = hiding(secrets, 1);
    const told = onLine === undefined ? undefined : boundedLines(onLine);
    const late = AbortSignal.timeout(timeout);
    const ending = AbortSignal.any([signal, late]);
    try {
      const { exitCode } = await runCommand(
        { command, args, accept },
        {
          cwd: root,
          env: { ...commandEnvironment(env), ...asked.env },
          signal: ending,
          onLine: told?.take,
          hide,
        },
      );
      return { exitCode };
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      const written = (isList(words) ? words : [words]).map((text) => (typeof text === "string" ? text : text.late));
      if (late.aborted && !signal.aborted)
        throw new Problem("step.timeout", `${written.join(" ")} took longer than ${timeout / 1000} seconds`, {
          hint: "Give it more time with `timeout`.",
        });
      // What the words were filled with may be nobody's business: messages show them as they are written.
      throw new Problem(thrown.code, hide(thrown.message.replace(commandLine({ command, args }), written.join(" "))), {
        hint: thrown.hint,
        lines: thrown.lines,
      });
    } finally {
      told?.end();
    }
  };
}

/** What stands in a hole stays in the word where it stands: a file that is called like two words is one. */
function wordsOf({ words, names }: StoreCommand, root: string): readonly string[] {
  const filled = (text: Text, scope: Scope): string => renderStoreText(text, scope, root);
  if (isList(words)) return words.map((word) => filled(word, names)).filter((word) => word !== "");
  const held: string[] = [];
  const line = filled(words, heldBack(names, held) as Scope);
  return splitWords(line).map((word) => word.replaceAll(mark, (_, at: string) => held[Number(at)] ?? ""));
}

/** Characters that a word may hold as they are: no blank ends it, and no quote changes what follows. */
const plain = /^[A-Za-z0-9_./:@%+,=-]*$/;
/** Of private use, so that nobody's text holds it. */
const mark = /\u{F8F0}(\d+)\u{F8F1}/gu;

/** The value with marks instead of texts that would change how a line is split; `held` takes those. */
function heldBack(value: unknown, held: string[]): unknown {
  if (typeof value === "string") return plain.test(value) ? value : `\u{F8F0}${held.push(value) - 1}\u{F8F1}`;
  if (Array.isArray(value)) return value.map((inner) => heldBack(inner, held));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, heldBack(inner, held)]));
}

function isList(words: Text | readonly Text[]): words is readonly Text[] {
  return Array.isArray(words);
}
