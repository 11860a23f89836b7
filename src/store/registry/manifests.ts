/** Manifests and indexes in a repository: asked for, pulled and pushed (distribution-spec, "Pulling manifests", "Pushing Manifests"). */
import { hash } from "node:crypto";

import { mostJson } from "../../format/json.ts";
import { isIndexType, isManifestType, mediaTypes } from "../../format/oci/media-types.ts";
import { type Digest, digestOfHex } from "../../model/artifact.ts";
import type { ManifestBytes } from "../../model/image.ts";
import { Problem } from "../../model/problem.ts";
import type { HttpBody, WholeAnswer } from "../http.ts";
import { codesOf } from "./answers.ts";
import { ownMediaType } from "../media-type.ts";
import type { Repository } from "./repository.ts";

const accept = [mediaTypes.index, mediaTypes.manifest, mediaTypes.dockerIndex, mediaTypes.dockerManifest].join(", ");

/** What a tag or digest stands for; undefined where nothing stands there. */
export async function findManifest(repository: Repository, reference: string): Promise<Digest | undefined> {
  const answer = await repository.send({
    method: "HEAD",
    to: `manifests/${reference}`,
    headers: { accept },
    repeatable: true,
  });
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw await repository.refused(`look at ${reference} in`, answer);
  return digestHeader(answer) ?? (await pullManifest(repository, reference))?.digest;
}

/**
 * What a tag or digest names; undefined where nothing stands there. Its bytes are compared with the digest that was asked for, or
 * that the registry says: `verify.mismatch`. What is neither a manifest nor an index is `format.invalid`.
 */
export async function pullManifest(repository: Repository, reference: string): Promise<ManifestBytes | undefined> {
  const request = { method: "GET", to: `manifests/${reference}`, headers: { accept }, repeatable: true } as const;
  const answer = await repository.send(request, mostJson);
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw await repository.refused(`pull ${reference} from`, answer);
  const { bytes } = answer;
  const digest = digestOfHex(hash("sha256", bytes, "hex"));
  for (const expected of [reference.includes(":") ? reference : undefined, digestHeader(answer)]) {
    if (expected !== undefined && expected !== digest)
      throw new Problem(
        "verify.mismatch",
        `${repository.name} gave other bytes for ${expected}: ${bytes.length} with the digest ${digest}`,
        {
          hint: "They were damaged or cut on the way, or the registry is not to be trusted.",
        },
      );
  }
  return { mediaType: mediaTypeOf(answer, `${repository.name}: ${reference}`), digest, bytes };
}

/** The type the registry says, which must be the one that the document says of itself (image-spec, "mediaType"). */
function mediaTypeOf({ headers, bytes }: WholeAnswer, what: string): string {
  const said = (headers["content-type"] ?? "").split(";")[0]?.trim() ?? "";
  const own = ownMediaType(bytes);
  const type = own ?? said;
  if (!isIndexType(type) && !isManifestType(type))
    throw new Problem(
      "format.invalid",
      `${what} is neither a manifest nor an index, but ${JSON.stringify(type.slice(0, 100))}`,
      {
        hint: type.endsWith("v1+prettyjws")
          ? "Images of Docker's first schema are not read: push it again with a newer program."
          : undefined,
      },
    );
  return type;
}

export interface Pushed {
  /** Whether the registry has noted what it says something about (distribution-spec, "Pushing Manifests with Subject"). */
  readonly notedSubject: boolean;
}

/** Codes of registries that have not yet seen what was just pushed. */
const notYet: ReadonlySet<string> = new Set(["MANIFEST_BLOB_UNKNOWN", "BLOB_UNKNOWN", "MANIFEST_UNKNOWN"]);

/** Puts it under a tag or under its own digest. Fails with `verify.mismatch` where the registry says that it kept something else. */
export async function pushManifest(
  repository: Repository,
  reference: string,
  manifest: ManifestBytes,
): Promise<Pushed> {
  const { http } = repository.session;
  for (let attempt = 0; ; attempt++) {
    const answer = await repository.send({
      method: "PUT",
      to: `manifests/${reference}`,
      headers: { "content-type": manifest.mediaType },
      body: bodyOf(manifest.bytes),
      repeatable: true,
    });
    if (answer.status === 201 || answer.status === 200 || answer.status === 202) {
      refuseOther(repository, manifest, digestHeader(answer));
      return { notedSubject: answer.headers["oci-subject"] !== undefined };
    }
    const isEarly = codesOf(answer).some((code) => notYet.has(code)) && attempt < 3;
    if (!isEarly) throw await repository.refused(`push ${reference} to`, answer);
    await http.pause(attempt);
  }
}

function refuseOther({ name }: Repository, { digest }: ManifestBytes, said: string | undefined): void {
  if (said === undefined || said === digest) return;
  throw new Problem("verify.mismatch", `${name} kept ${said} where ${digest} was pushed`, {
    hint: "Something between here and the registry changes what is sent.",
  });
}

/** Removes a manifest by its digest, or a tag where the registry can (distribution-spec, "Deleting tags", "Deleting Manifests"). */
export async function deleteManifest(repository: Repository, reference: string): Promise<"done" | "already"> {
  const answer = await repository.send({ method: "DELETE", to: `manifests/${reference}`, repeatable: true });
  if (answer.status === 404) return "already";
  if (answer.status === 202 || answer.status === 200 || answer.status === 204) return "done";
  throw await repository.refused(`delete ${reference} in`, answer);
}

function digestHeader({ headers }: WholeAnswer): Digest | undefined {
  const value = headers["docker-content-digest"];
  return typeof value === "string" && /^sha256:[0-9a-f]{64}$/.test(value) ? (value as Digest) : undefined;
}

function bodyOf(bytes: Uint8Array): HttpBody {
  return {
    size: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}
