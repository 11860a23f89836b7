/** Blobs of a repository: asked for, and pulled with their digest compared; a pull that breaks goes on where it broke. */
import { verified } from "../../format/verified.ts";
import type { Descriptor } from "../../model/image.ts";
import { Problem } from "../../model/problem.ts";
import { firstBytes } from "../http/first-bytes.ts";
import { unreachable } from "../http/problems.ts";
import type { Repository } from "./repository.ts";

type BlobName = Pick<Descriptor, "digest" | "size">;

/** Whether it is there (distribution-spec, "Checking if content exists in the registry"). */
export async function hasBlob(repository: Repository, { digest }: BlobName): Promise<boolean> {
  const answer = await repository.send({ method: "HEAD", to: `blobs/${digest}`, repeatable: true });
  if (answer.status === 200) return true;
  if (answer.status === 404) return false;
  throw await repository.refused("look for a blob in", answer);
}

/** Its bytes. Fails with `verify.mismatch` at their end where they are not what the descriptor says. */
export function pullBlob(repository: Repository, blob: BlobName): AsyncIterable<Uint8Array> {
  return verified(resumed(repository, blob), { name: `${repository.name}: ${blob.digest}`, ...blob });
}

async function* resumed(repository: Repository, blob: BlobName): AsyncGenerator<Uint8Array> {
  const { http } = repository.session;
  let at = 0;
  for (let failures = 0; ;) {
    const from = at;
    const bytes = await openAt(repository, blob, from);
    try {
      for await (const chunk of bytes) {
        at += chunk.length;
        yield chunk;
      }
      return;
    } catch (thrown) {
      const broken = unreachable(thrown, new URL(`http://${repository.session.registry}`));
      if (broken === undefined) throw thrown;
      failures = at > from ? 0 : failures + 1;
      if (!broken.passing || failures >= http.attempts) throw broken.problem;
      await http.pause(failures);
    }
  }
}

/** The bytes from `start` on; servers that know no ranges give all of them, and the first are passed over. */
async function openAt(repository: Repository, { digest }: BlobName, start: number): Promise<AsyncIterable<Uint8Array>> {
  const headers = start === 0 ? {} : { range: `bytes=${start}-` };
  const answer = await repository.open({ method: "GET", to: `blobs/${digest}`, headers, repeatable: true });
  const { status } = answer;
  if (status === 206 && start > 0) {
    const [, first] = /^bytes (\d+)-/.exec(answer.headers["content-range"] ?? "") ?? [];
    if (first === String(start)) return answer.body;
  }
  if (status === 200) return start === 0 ? answer.body : without(answer.body, start);
  const bytes = await firstBytes(answer.body);
  if (status === 404)
    throw new Problem("store.failed", `${repository.name} does not have the blob ${digest}`, {
      hint: "The image in that registry is not whole: push it again.",
    });
  throw await repository.refused("pull a blob from", { ...answer, bytes });
}

/** All but the first `count` bytes. */
export async function* without(bytes: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of bytes) {
    const skipped = Math.min(left, chunk.length);
    left -= skipped;
    if (skipped < chunk.length) yield chunk.subarray(skipped);
  }
}
