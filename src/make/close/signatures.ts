/** Signs what the Plan says, when the Release is closed. */
import type { Artifact, ArtifactType } from "../../model/artifact.ts";
import { canonicalJson, plain } from "../../model/json.ts";
import type { SignaturePlan } from "../../model/release-plan.ts";
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
      if (isFor(planned, listing)) signed.push(await signOne(closing, planned, listing, listings));
  return signed;
}

/** How the files that sign the Release will be called: nothing of it is known yet but its name. */
export function releaseSignatures(closing: Closing, name: string): readonly string[] {
  const unknown: Artifact = {
    name,
    type: "release",
    listed: true,
    attributes: {},
    digest: "sha256:",
    size: 0,
    refs: [],
  };
  return closing.plan.release.signatures
    .filter(({ of }) => of.includes("release"))
    .map((planned) => renderName(closing, planned.name, { artifact: artifactScope(unknown) }));
}

/** Whether images are signed in their registries, and not as files. */
export function isAttaching({ attaches, of }: SignaturePlan, type: ArtifactType): boolean {
  return attaches && type === "image" && of.includes(type);
}

/** What is attached to images is signed already, or is a signature. */
function isFor(planned: SignaturePlan, { artifact, entry }: Listing): boolean {
  const isAttached = artifact.type === "image" && entry.subject !== undefined;
  return planned.of.includes(artifact.type) && !isAttached && !isAttaching(planned, artifact.type);
}

async function signOne(
  closing: Closing,
  planned: SignaturePlan,
  subject: Listing,
  others: readonly Listing[],
): Promise<Listing> {
  const { kind, key, fingerprint } = planned;
  const { artifact } = subject;
  const name = renderName(closing, planned.name, { artifact: artifactScope(artifact) });
  const bytes = await signFile(closing, planned, fileOf(closing, artifact, others));
  const attributes = { format: kind, ...(key === "" ? {} : { key }), ...(fingerprint === "" ? {} : { fingerprint }) };
  return keepBytes(closing.cache, name, "signature", bytes, [subject], { subject: artifact.name, attributes });
}

function fileOf({ cache }: Closing, artifact: Artifact, others: readonly Listing[]): FileToSign {
  const { name, digest, size } = artifact;
  return { name, digest, size, about: aboutOf(artifact, others), open: () => cache.open(artifact) };
}

/** What an SBOM says something about: one artifact, or all that is no SBOM itself. */
function aboutOf({ type, attributes }: Artifact, others: readonly Listing[]): FileToSign["about"] {
  if (type !== "sbom") return undefined;
  const about = attributes["of"];
  return others
    .map(({ artifact }) => artifact)
    .filter((other) => (typeof about === "string" ? other.name === about : other.type !== "sbom"))
    .map(({ name, digest }) => ({ name, digest }));
}

/** What was signed once is not signed again: some signatures differ each time, and some keys ask their owner. */
export async function signFile(closing: Closing, planned: SignaturePlan, file: FileToSign): Promise<Uint8Array> {
  const { cache, plan, noCache } = closing;
  const { kind, key, options, env, fingerprint } = planned;
  const { name, digest } = file;
  const about = file.about?.map((each) => each.digest) ?? [];
  const how = { kind, key, options, fingerprint, env: plain(env) };
  const signature = canonicalJson({ signature: how, name, digest, about, time: plan.epoch });
  const [known] = noCache === true ? [] : await cache.recall(signature);
  if (typeof known === "string") return Buffer.from(known, "base64");
  const bytes = await signNow(closing, planned, file);
  await cache.remember(signature, Buffer.from(bytes).toString("base64"));
  return bytes;
}

/** Keys know no places: what is wrong with one is wrong where it is asked for. */
async function signNow({ sign }: Closing, planned: SignaturePlan, file: FileToSign): Promise<Uint8Array> {
  try {
    return await sign(planned, file);
  } catch (thrown) {
    throw thrown instanceof Problem ? placed(thrown, planned.place) : thrown;
  }
}
