/** Signs what the Plan says, when the Release is closed. */
import type { Artifact } from "../../model/artifact.ts";
import { canonicalJson, type JsonObject } from "../../model/json.ts";
import type { SignaturePlan } from "../../model/plan.ts";
import { placed, Problem } from "../../model/problem.ts";
import type { FileToSign } from "../../model/signer.ts";
import { artifactScope } from "../artifact-scope.ts";
import type { Listing } from "../listing.ts";
import { type Closing, keepBytes, renderName } from "./closing.ts";

/** The signatures that the Plan wants of these, one after the other: a key may be a card that can do one thing at a time. */
export async function signAll(closing: Closing, listings: readonly Listing[]): Promise<Listing[]> {
  const signed: Listing[] = [];
  for (const planned of closing.plan.release.signatures)
    for (const listing of listings)
      if (planned.of.includes(listing.artifact.type)) signed.push(await signOne(closing, planned, listing));
  return signed;
}

async function signOne(closing: Closing, planned: SignaturePlan, subject: Listing): Promise<Listing> {
  const { kind, key, fingerprint } = planned;
  const { artifact } = subject;
  const name = renderName(closing, planned.name, { artifact: artifactScope(artifact) });
  const bytes = await remembered(closing, planned, artifact, () =>
    signing(() => closing.sign(planned, fileOf(closing, artifact)), planned),
  );
  const attributes = { format: kind, ...(key === "" ? {} : { key }), ...(fingerprint === "" ? {} : { fingerprint }) };
  return keepBytes(closing.cache, name, "signature", bytes, [subject], { subject: artifact.name, attributes });
}

function fileOf({ cache }: Closing, artifact: Artifact): FileToSign {
  const { name, digest, size } = artifact;
  return { name, digest, size, open: () => cache.open(artifact) };
}

/** What was signed once is not signed again: some signatures differ each time, and some keys ask their owner. */
async function remembered(
  { cache, plan, noCache }: Closing,
  { kind, key, options, env, fingerprint }: SignaturePlan,
  { name, digest }: Artifact,
  sign: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const how = { kind, key, options, fingerprint, env: JSON.parse(JSON.stringify(env)) as JsonObject };
  const signature = canonicalJson({ signature: how, name, digest, time: plan.epoch });
  const [known] = noCache === true ? [] : await cache.recall(signature);
  if (typeof known === "string") return Buffer.from(known, "base64");
  const bytes = await sign();
  await cache.remember(signature, Buffer.from(bytes).toString("base64"));
  return bytes;
}

/** Keys know no places: what is wrong with one is wrong where it is asked for. */
async function signing(work: () => Promise<Uint8Array>, { place }: SignaturePlan): Promise<Uint8Array> {
  try {
    return await work();
  } catch (thrown) {
    throw thrown instanceof Problem ? placed(thrown, place) : thrown;
  }
}
