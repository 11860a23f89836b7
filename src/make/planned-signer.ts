/** Opens the key that a Step signs with, if it is still the one that was planned. */
import type { Step } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import type { Signer } from "../model/signer.ts";
import type { MakeContext } from "./maker.ts";

/** Name and fingerprint of the key, as a Step's options hold them. */
export interface PlannedSigner {
  readonly signer: string;
  readonly fingerprint: string;
}

/** A Plan may be carried out elsewhere, with other secrets: fails with `key.invalid` where the key is another. */
export async function plannedSigner(
  { signer: name, fingerprint }: PlannedSigner,
  step: Step,
  context: Pick<MakeContext, "signer">,
): Promise<Signer> {
  const signer = await context.signer(name);
  if (signer.fingerprint === fingerprint) return signer;
  throw new Problem("key.invalid", `the key ${name} is not the one that was planned`, {
    place: step.place,
    expected: fingerprint,
    hint: `Here it is ${signer.fingerprint}: plan again, or give the key that was there.`,
  });
}
