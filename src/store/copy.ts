/** Copies artifacts from one place to another so that nothing is visible before everything is there. */
import type { Artifact } from "../model/artifact.ts";
import { Problem } from "../model/problem.ts";
import type { Receipt, Source, Store } from "../model/store.ts";
import { eachOf } from "./each.ts";
import { refsFirst } from "./order.ts";

/** Bytes on their way at once: enough to keep a disk or a connection busy. */
const atOnce = 4;

export interface CopyRequest {
  readonly artifacts: readonly Artifact[];
  readonly from: Source;
  readonly to: Store;
  /** Called for each effect as soon as it happened, also when a later one fails. */
  readonly onReceipt?: ((receipt: Receipt) => void | Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Puts all bytes, then moves all names, what is referred to first. Doing it again is free of effects: every Receipt then says
 * `already`. Fails with `store.conflict` where other bytes stand under a name, before any name has moved, and with
 * `verify.mismatch` where the source's bytes are not what they should be.
 */
export async function copy({ artifacts, from, to, onReceipt, signal }: CopyRequest): Promise<readonly Receipt[]> {
  const receipts: Receipt[] = [];
  const note = async (receipt: Receipt): Promise<void> => {
    receipts.push(receipt);
    await onReceipt?.(receipt);
    if (receipt.outcome === "refused") throw refusal(receipt, to);
  };
  const ordered = refsFirst(artifacts);
  await eachOf(ordered, atOnce, async (artifact) => {
    signal?.throwIfAborted();
    await note(await to.put(artifact, from.open(artifact)));
  });
  for (const artifact of ordered) {
    signal?.throwIfAborted();
    await note(await to.point(artifact));
  }
  return receipts;
}

function refusal({ name, why }: Receipt, { where }: Store): Problem {
  return new Problem("store.conflict", `${name} was refused by ${where}: ${why ?? "no reason given"}`, {
    hint: "A published name never changes its bytes: release a new version, or say `existing: replace` for that store.",
  });
}
