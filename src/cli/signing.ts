/** Signs files of a Release that is being closed, with the keys that were planned. */
import { tmpdir } from "node:os";

import type { SignFile } from "../make/close.ts";
import { definedIn } from "../make/context.ts";
import { fillAll } from "../make/hooks.ts";
import { commandLine, runCommand } from "../make/spawn.ts";
import { splitWords } from "../make/words.ts";
import type { PlannedHook } from "../model/plan.ts";
import type { SignaturePlan } from "../model/release-plan.ts";
import { Problem } from "../model/problem.ts";
import type { Signer } from "../model/signer.ts";
import type { Text } from "../model/template.ts";
import { signatures } from "../sign/signatures/table.ts";
import type { Decided } from "./decide.ts";

type Names = Readonly<Record<string, string>>;

/** What `closeRelease` signs with. What a command runs ends with the signal. */
export function fileSigner(
  { plan, root, render, openSigner }: Pick<Decided, "plan" | "root" | "render" | "openSigner">,
  signal: AbortSignal,
): SignFile {
  return async (planned, file) => {
    const kind = signatures.get(planned.kind);
    if (kind === undefined) throw new Error(`no signatures of kind ${planned.kind}`);
    const signer = planned.key === "" ? undefined : await plannedKey(planned, openSigner, signal);
    const fill = (text: Text, names: Names): string =>
      typeof text === "string"
        ? text
        : render(text.late, { ...text.with, ...names, env: definedIn(process.env) }, planned.place);
    return kind.sign({
      file,
      options: planned.options,
      signer,
      time: plan.epoch,
      temporary: tmpdir(),
      render: fill,
      run: (command, names) => runSigner(command, names, fill, { root, signal, planned }),
    });
  };
}

async function plannedKey(
  { key, fingerprint, place }: SignaturePlan,
  openSigner: Decided["openSigner"],
  signal: AbortSignal,
): Promise<Signer> {
  const signer = await openSigner(key, signal);
  if (signer.fingerprint === fingerprint) return signer;
  throw new Problem("key.invalid", `the key ${key} is not the one that was planned`, {
    place,
    expected: fingerprint,
    hint: `Here it is ${signer.fingerprint}: plan again, or give the key that was there.`,
  });
}

interface Running extends Pick<Decided, "root"> {
  readonly signal: AbortSignal;
  readonly planned: SignaturePlan;
}

type Fill = (text: Text, names: Names) => string;

/** What the words were filled with may be nobody's business: messages show them as they are written. */
async function runSigner(
  words: PlannedHook["run"],
  names: Names,
  fill: Fill,
  { root, signal, planned: { env, place } }: Running,
): Promise<void> {
  const filled = (text: Text): string => fill(text, names);
  const [command = "", ...args] = isList(words) ? words.map(filled) : splitFilled(words, names, fill, place);
  try {
    await runCommand({ command, args }, { cwd: root, env: { ...process.env, ...fillAll(env, filled) }, signal, place });
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    const written = (isList(words) ? words : [words]).map((text) => (typeof text === "string" ? text : text.late));
    const message = thrown.message.replace(commandLine({ command, args }), written.join(" "));
    throw new Problem(thrown.code, message, { place, hint: thrown.hint, lines: thrown.lines });
  }
}

/** Names that a word may hold as they are: no blank ends it, and no quote changes what follows. */
const plain = /^[A-Za-z0-9_./:@%+,=-]+$/;

/** A line's words. What the names stand for stays in the word where it stands: a file that is called like two words is one. */
function splitFilled(line: Text, names: Names, fill: Fill, place: SignaturePlan["place"]): readonly string[] {
  const held = Object.values(names).filter((value) => !plain.test(value));
  const marked = Object.entries(names).map(([name, value]) => [name, marking(held.indexOf(value)) ?? value]);
  const words = splitWords(fill(line, Object.fromEntries(marked) as Names), place);
  return words.map((word) => word.replaceAll(mark, (_, at: string) => held[Number(at)] ?? ""));
}

/** Of private use, so that nobody's text holds it. */
const mark = /\u{F8F0}(\d+)\u{F8F1}/gu;

function marking(at: number): string | undefined {
  return at < 0 ? undefined : `\u{F8F0}${at}\u{F8F1}`;
}

function isList(words: PlannedHook["run"]): words is readonly Text[] {
  return Array.isArray(words);
}
