/** Takes a Release in a bucket back: `latest` goes to another, and a record beside the files says why. The files stay. */
import { type Digest, digestOfHex } from "../../model/artifact.ts";
import { readableJson } from "../../model/json.ts";
import type { Receipt, StoreState, Withdrawal } from "../../model/store.ts";
import { textBody } from "./client.ts";
import { copyAll, namesOf, releaseAt, removed } from "./latest.ts";
import { uploadsOf } from "./multipart.ts";
import { digestThere, look } from "./object.ts";
import { base64Of } from "./parts.ts";
import { withdrawal, withdrawnName } from "./record.ts";
import type { S3Settings } from "./settings.ts";

const statement = "release.json";

/** What its names alone do not tell: that it was taken back, and that uploads wait for their names. */
export async function stateOf(settings: S3Settings): Promise<StoreState | undefined> {
  const { bucket, prefix } = settings;
  const release = settings.context.artifacts?.find(({ type }) => type === "release")?.digest;
  const why = await withdrawal(settings, release ?? (await digestAt(settings, prefix)));
  if (why !== undefined) return { visibility: "withdrawn", why };
  const names = settings.context.artifacts?.map(({ name }) => `${prefix}${name}`) ?? [];
  const last = names.at(-1) ?? `${prefix}${statement}`;
  if ((await look(bucket, last)) !== undefined) return undefined;
  const listed = await uploadsOf(bucket, prefix);
  const waiting = listed.length > 0 ? listed : await uploadsOf(bucket, last);
  return waiting.length === 0
    ? undefined
    : { visibility: "staged", why: `${waiting.length} uploads wait for their names` };
}

/** Nothing is touched where another Release than the one that is meant stands there. */
export async function withdrawRelease(
  settings: S3Settings,
  { why, release, backTo }: Withdrawal,
): Promise<readonly Receipt[]> {
  const { bucket, prefix } = settings;
  const found = await digestAt(settings, prefix);
  const marker = { act: "remove", name: `${prefix}${withdrawnName}`, digest: release } as const;
  if (found !== release)
    return [
      {
        ...marker,
        outcome: "skipped",
        why: found === undefined ? "there is no release" : `another stands there: ${found}`,
      },
    ];
  const receipts = await latestBack(settings, release, backTo);
  if ((await withdrawal(settings, release)) !== undefined) return [...receipts, { ...marker, outcome: "already" }];
  const body = textBody(
    readableJson({
      release,
      why,
      version: settings.context.about.version,
      ...(backTo === undefined ? {} : { instead: backTo.version }),
    }),
  );
  const checksum = base64Of(digestOfHex(body.sha256));
  await bucket.must(`mark the release in ${bucket.name} as taken back`, {
    method: "PUT",
    key: marker.name,
    headers: {
      ...settings.headers,
      "content-type": "application/json",
      "cache-control": "no-cache",
      ...(settings.checked ? { "x-amz-checksum-sha256": checksum } : {}),
    },
    body,
  });
  return [...receipts, { ...marker, outcome: "done" }];
}

/** `latest` names the Release to go back to; nothing, where there is none. Release.json goes first, since it says that the rest is there. */
async function latestBack(
  settings: S3Settings,
  release: Digest,
  backTo: Withdrawal["backTo"],
): Promise<readonly Receipt[]> {
  const { bucket, latest } = settings;
  if (latest === undefined || (await digestAt(settings, latest.prefix)) !== release) return [];
  const before = await releaseAt(bucket, latest.prefix);
  const skipped = (why: string): readonly Receipt[] => [
    { act: "advance", name: `${latest.prefix}${statement}`, digest: release, outcome: "refused", why },
  ];
  if (backTo !== undefined) {
    const from = settings.prefixOf(backTo);
    const earlier = from === undefined ? undefined : await releaseAt(bucket, from);
    if (from === undefined || earlier === undefined)
      return skipped(`${backTo.version} is not found in ${bucket.name}: copy it to ${latest.prefix} by hand`);
    const whole = { name: statement, digest: (await digestAt(settings, from)) ?? release };
    return copyAll(settings, { from, to: latest.prefix, objects: [...namesOf(earlier), whole], before });
  }
  const receipts = [...(await removed(bucket, `${latest.prefix}${statement}`, release))];
  for (const { name, digest } of namesOf(before))
    receipts.push(...(await removed(bucket, `${latest.prefix}${name}`, digest)));
  return receipts;
}

async function digestAt({ bucket }: S3Settings, prefix: string): Promise<Digest | undefined> {
  const found = await look(bucket, `${prefix}${statement}`);
  return found === undefined ? undefined : digestThere(bucket, found);
}
