/** Copies artifacts from one place to another so that nothing is visible before everything is there. */
import type { Artifact, Digest } from "../model/artifact.ts";
import { Problem } from "../model/problem.ts";
import type { Receipt, Source, Store } from "../model/store.ts";
import { eachOf } from "./each.ts";
import { refsFirst } from "./order.ts";

/** Bytes on their way at once: enough to keep a disk or a connection busy. */
const usually = 4;

export interface CopyRequest {
  readonly artifacts: readonly Artifact[];
  readonly from: Source;
  readonly to: Store;
  /** Waited for before each effect is tried. */
  readonly before?: ((act: "put" | "point", artifact: Artifact) => Promise<void>) | undefined;
  /** Called for each effect as soon as it happened, also when a later one fails. */
  readonly onReceipt?: ((receipt: Receipt) => void | Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Puts all bytes, then moves all names, what is referred to first. Doing it again is free of effects: every Receipt then says
 * `already`. Fails with `store.conflict` where other bytes stand under a name, before any name has moved, and with
 * `verify.mismatch` where the source's bytes are not what they should be.
 */
export async function copy(request: CopyRequest): Promise<readonly Receipt[]> {
  return [...(await putAll(request)), ...(await pointAll(request))];
}

/** The first half of {@link copy}, after which nothing has changed for anybody who looks. */
export async function putAll({
  artifacts,
  from,
  to,
  before,
  onReceipt,
  signal,
}: CopyRequest): Promise<readonly Receipt[]> {
  const receipts: Receipt[] = [];
  const putting = new Map<Digest, Promise<void>>();
  const put = async (artifact: Artifact): Promise<void> => {
    // What refers to an image is found as soon as it is there, so the image is there first; it was begun first.
    if (artifact.subject !== undefined) await putting.get(artifact.subject);
    signal?.throwIfAborted();
    await before?.("put", artifact);
    receipts.push(
      await accepted(await to.put(artifact, from.open(artifact), from.localPath?.(artifact)), to, onReceipt),
    );
  };
  await eachOf(refsFirst(artifacts), usually, (artifact) => {
    const done = put(artifact);
    putting.set(artifact.digest, done);
    return done;
  });
  return receipts;
}

/**
 * The second half of {@link copy}, into the same opened Store: names, one after the other, or a few at once where it is known that
 * none has to move.
 */
export async function pointAll(
  { artifacts, to, before, onReceipt, signal }: Omit<CopyRequest, "from">,
  atOnce = 1,
): Promise<readonly Receipt[]> {
  const receipts: Receipt[] = [];
  await eachOf(refsFirst(artifacts), atOnce, async (artifact) => {
    signal?.throwIfAborted();
    await before?.("point", artifact);
    for (const receipt of await to.point(artifact)) receipts.push(await accepted(receipt, to, onReceipt));
  });
  return receipts;
}

/** Hands a Receipt on. Fails with `store.conflict` where it says that the place refused. */
export async function accepted(
  receipt: Receipt,
  { where }: Pick<Store, "where">,
  onReceipt: CopyRequest["onReceipt"],
): Promise<Receipt> {
  await onReceipt?.(receipt);
  if (receipt.outcome !== "refused") return receipt;
  throw new Problem("store.conflict", `${receipt.name} was refused by ${where}: ${receipt.why ?? "no reason given"}`, {
    hint: "A published name never changes its bytes: release a new version, or say `existing: replace` for that store.",
  });
}
