/** Takes a version back as far as npm lets anybody: it is deprecated, and the dist-tags go back. */
import { z } from "zod";

import type { Artifact } from "../../model/artifact.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { Receipt, Withdrawal } from "../../model/store.ts";
import type { PackageName } from "../packages/registry.ts";
import { saying } from "../json-refusal.ts";
import { type NpmApi, pathOf } from "./api.ts";
import { moveTag, removeTag } from "./versions.ts";

const schema = z.looseObject({
  "dist-tags": z.record(z.string(), z.string()).optional(),
  versions: z.record(z.string(), z.looseObject({ deprecated: z.unknown().optional() })),
});

/** Longest document that is written back whole, since npm has no smaller way to deprecate (libnpmaccess, `npm deprecate`). */
const most = 256 * 1024 * 1024;

export async function withdrawVersion(
  api: NpmApi,
  called: PackageName,
  artifact: Artifact,
  { why, backTo }: Withdrawal,
): Promise<readonly Receipt[]> {
  const { name, version } = called;
  const writing = await api.writing(name);
  const path = pathOf(name);
  const answer = await writing.must(
    `read the package ${name}`,
    { method: "GET", path, query: { write: "true" } },
    most,
  );
  const document = answer.as(schema);
  const receipts: Receipt[] = [];
  const { digest } = artifact;
  for (const [tag, stands] of Object.entries(document["dist-tags"] ?? {})) {
    if (stands !== version) continue;
    const receipt = { act: "advance", name: `${name}@${tag}`, digest } as const;
    if (backTo !== undefined && document.versions[backTo.version] !== undefined) {
      await moveTag(api, { name, version: backTo.version }, tag);
      receipts.push({ ...receipt, outcome: "done", why: `it stands for ${backTo.version} again` });
    } else if (tag === "latest") {
      const left = backTo === undefined ? "there is no version to go back to" : `there is no version ${backTo.version}`;
      receipts.push({ ...receipt, outcome: "skipped", why: `${left}, and npm takes \`latest\` away from no package` });
    } else {
      await removeTag(api, name, tag);
      receipts.push({ ...receipt, act: "remove", outcome: "done" });
    }
  }
  const mark = { act: "remove", name: artifact.name, digest } as const;
  const entry = document.versions[version];
  if (entry?.deprecated === why) return [...receipts, { ...mark, outcome: "already", why: "it is deprecated" }];
  const versions = { ...document.versions, [version]: { ...entry, deprecated: why } };
  const marked: JsonObject = {
    ...(document as Readonly<Record<string, Json>>),
    // What came as JSON, with one text more.
    versions: versions as unknown as JsonObject,
  };
  // The tags have just moved: what the document says of them is not to be written back.
  const { "dist-tags": _tags, ...rest } = marked;
  const tags = await currentTags(api, name);
  const put = await writing.ask({ method: "PUT", path, json: { ...rest, "dist-tags": tags } });
  if (put.status < 300)
    return [...receipts, { ...mark, outcome: "done", why: "it is deprecated: npm gives nothing back" }];
  return [
    ...receipts,
    {
      ...mark,
      outcome: "pending",
      why: `this registry deprecates nothing: take it away there by hand (${saying(put)})`,
    },
  ];
}

async function currentTags({ reading }: NpmApi, name: string): Promise<JsonObject> {
  const answer = await reading.must(
    `read the package ${name}`,
    { method: "GET", path: pathOf(name), query: { write: "true" } },
    most,
  );
  return answer.as(schema)["dist-tags"] ?? {};
}
