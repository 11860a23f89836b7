/** Runs all attacks against a Release and whom its user trusts, on copies, and says what was refused and how. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Problem } from "../../model/problem.ts";
import type { NamedText } from "../../verify/trust.ts";
import type { AttackResult } from "./attack.ts";
import { attacks } from "./table.ts";
import { type Engine, type Metadata, openWorld } from "./world.ts";

export interface AttackRequest {
  /** The Release's folder, which is only read. */
  readonly folder: string;
  readonly file: NamedText | undefined;
  readonly metadata: Metadata | undefined;
  readonly engine: Engine;
  /** Numbers of the attacks that are run; left out: all. */
  readonly only?: readonly number[] | undefined;
  /** Called after each attack. */
  readonly onAttack?: ((attacked: Attacked) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type Attacked = AttackResult & { readonly number: number; readonly name: string };

export interface AttackReport {
  /** Whether nothing was accepted. */
  readonly outcome: "refused" | "accepted";
  readonly refused: number;
  readonly accepted: number;
  readonly notApplicable: number;
  /** In the order of the table. */
  readonly attacks: readonly Attacked[];
}

/** Fails with `verify.mismatch` or `verify.unavailable` where the Release is not verified as it is: then refusals prove nothing. */
export async function attackRelease(request: AttackRequest): Promise<AttackReport> {
  const { folder, file, metadata, engine, only, onAttack, signal } = request;
  const trust = file === undefined ? undefined : await engine.openTrust(file);
  const verdict = await engine.folder(folder, trust);
  if (verdict.outcome !== "verified") {
    const failed = verdict.checks.find(({ outcome }) => outcome === "failed" || outcome === "unavailable");
    const code = verdict.outcome === "invalid" ? "verify.mismatch" : "verify.unavailable";
    throw new Problem(
      code,
      `the release is ${verdict.outcome} as it is: ${failed?.subject ?? ""}: ${failed?.detail ?? ""}`,
    );
  }
  const home = await mkdtemp(join(tmpdir(), "slipway-attack-"));
  try {
    await chmod(home, 0o700);
    const world = await openWorld(home, folder, { engine, file, trust, verdict, metadata });
    const attacked: Attacked[] = [];
    const wanted = attacks.filter(({ number }) => only?.includes(number) !== false);
    const waiting = new Map(wanted.filter(({ waits }) => waits === true).map((one) => [one, settled(one.run(world))]));
    for (const attack of wanted) {
      signal?.throwIfAborted();
      const { number, name } = attack;
      const done = waiting.get(attack) ?? settled(attack.run(world));
      const result = { number, name, ...(await done)() };
      attacked.push(result);
      onAttack?.(result);
    }
    return reportOf(attacked);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Its result, or what it threw, for whoever asks; nobody has to. */
function settled<T>(promise: Promise<T>): Promise<() => T> {
  return promise.then(
    (value) => () => value,
    (thrown: unknown) => () => {
      throw thrown;
    },
  );
}

function reportOf(all: readonly Attacked[]): AttackReport {
  const count = (outcome: Attacked["outcome"]): number => all.filter((one) => one.outcome === outcome).length;
  const accepted = count("accepted");
  return {
    outcome: accepted === 0 ? "refused" : "accepted",
    refused: count("refused"),
    accepted,
    notApplicable: count("not applicable"),
    attacks: all,
  };
}
