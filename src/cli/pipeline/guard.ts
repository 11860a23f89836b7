/** The first stage: which release this is, by what CI says it was started for, and whether it may be made. */
import { refOf } from "../../input/facts/ci.ts";
import { problemsOf } from "../../model/problem.ts";
import { decide, type Decided } from "../decide.ts";
import type { Options } from "../options.ts";
import { untaggedCheck } from "../untagged.ts";

export type Mode = "validate" | "release";

export interface Guarded {
  readonly decided: Decided;
  /** Why it is validated as a snapshot; empty where it is not. */
  readonly whySnapshot: string;
  /** Why nothing is signed though the config says so; empty where it is. */
  readonly unsigned: string;
}

/**
 * What is released, or what would be. To validate, a tag is not needed, and neither are the keys: what is missing is said. Throws what the
 * version guard, the config and the machine have against it.
 */
export async function guardRelease(mode: Mode, options: Options): Promise<Guarded> {
  const asked = withRef(options);
  if (mode === "release") return { decided: await decide(asked), whySnapshot: "", unsigned: "" };
  let unsigned = "";
  const {
    asSnapshot: _,
    whySnapshot,
    ...decided
  } = await untaggedCheck(asked, async (tried) => {
    try {
      return await decide(tried);
    } catch (thrown) {
      const problems = problemsOf(thrown);
      if (problems === undefined || !problems.every(({ code }) => code === "key.missing")) throw thrown;
      unsigned = problems.map(({ message }) => message).join("; ");
      return decide({ ...tried, skip: [...(tried.skip ?? []), "sign"] });
    }
  });
  return { decided, whySnapshot, unsigned };
}

/** CI that runs for a tag means that one, also where HEAD has several. */
function withRef(options: Options): Options {
  const isTold = options.tag !== undefined || options.setVersion !== undefined;
  if (isTold || options.snapshot === true || options.nightly === true) return options;
  const tag = refOf(process.env)?.tag;
  return tag === undefined ? options : { ...options, tag };
}
