/** Pushes a blob: asked for first, mounted if it can be, sent in one go, and in chunks where that broke (distribution-spec, "Pushing blobs"). */
import { type Problem, problemsOf } from "../../model/problem.ts";
import type { BlobContent } from "../image-target.ts";
import type { HttpBody, WholeAnswer } from "../http.ts";
import { codesOf } from "./answers.ts";
import { hasBlob } from "./blobs.ts";
import { type BlobReader, blobReader } from "./blob-reader.ts";
import { locationOf, rangeEnd, withDigest } from "./location.ts";
import type { Repository } from "./repository.ts";

export type BlobOutcome = "done" | "already" | "mounted";

/** GHCR takes no more than this in one PATCH. */
const mostChunk = 4 * 1024 * 1024;

/**
 * Makes sure that the blob is there. `from` is the path of a repository in the same registry that has it, or may have it. Whatever
 * breaks on the way is looked at: what arrived is not sent again. Fails with the registry's words once nothing moves any more.
 */
export async function pushBlob(repository: Repository, blob: BlobContent, from?: string): Promise<BlobOutcome> {
  if (await hasBlob(repository, blob)) return "already";
  const started = await begin(repository, blob, from);
  if (started === "mounted") return "mounted";
  await sendAll(repository, blob, started);
  return "done";
}

/** A session of an upload, as far as it is known. */
interface Upload {
  readonly location: URL;
  /** Bytes the registry has. */
  readonly offset: number;
  /** Bytes of a PATCH; undefined: all in one PUT. */
  readonly chunk: number | undefined;
}

async function begin(repository: Repository, blob: BlobContent, from: string | undefined): Promise<Upload | "mounted"> {
  const mounting = from === undefined || from === repository.path ? undefined : await tryMount(repository, blob, from);
  if (mounting === "mounted") return mounting;
  const answer = mounting ?? (await repository.send({ method: "POST", to: "blobs/uploads/", repeatable: true }));
  if (answer.status !== 202) throw await repository.refused("push to", answer);
  return { location: locationOf(answer, repository.name), offset: 0, chunk: undefined };
}

/** A 202 is an upload that can be gone on with; anything else, such as no access to the other repository, means that there is no mount. */
async function tryMount(
  repository: Repository,
  { digest }: BlobContent,
  from: string,
): Promise<WholeAnswer | "mounted" | undefined> {
  const query = new URLSearchParams({ mount: digest, from });
  try {
    const answer = await repository.send({
      method: "POST",
      to: `blobs/uploads/?${query.toString()}`,
      scopes: [`repository:${from}:pull`],
      repeatable: true,
    });
    return answer.status === 201 ? "mounted" : answer.status === 202 ? answer : undefined;
  } catch (thrown) {
    if (problemsOf(thrown)?.every(({ code }) => code === "store.denied") === true) return undefined;
    throw thrown;
  }
}

/** Sends, and after whatever may pass finds out how far it came, until all is there or nothing moves any more. */
async function sendAll(repository: Repository, blob: BlobContent, started: Upload): Promise<void> {
  const { http } = repository.session;
  const reader = blobReader(blob);
  let upload = started;
  let furthest = 0;
  try {
    for (let failures = 0; ;) {
      const sent = await attempt(repository, blob, reader, upload);
      if (sent === "done") return;
      failures = sent.reached > furthest ? 1 : failures + 1;
      furthest = Math.max(furthest, sent.reached);
      if (failures >= http.attempts) throw sent.why;
      if (!sent.isRefusal) await http.pause(failures - 1);
      const next = await whereItStands(repository, blob, { ...upload, location: sent.location, chunk: sent.chunk });
      if (next === "done") return;
      upload = next;
    }
  } finally {
    await reader.close();
  }
}

/** How an attempt ended that did not put all of it there. */
interface Unfinished {
  readonly why: Problem;
  /** Bytes that certainly arrived. */
  readonly reached: number;
  readonly location: URL;
  readonly chunk: number | undefined;
  /** Whether the registry wants it otherwise, which is no reason to wait. */
  readonly isRefusal: boolean;
}

async function attempt(
  repository: Repository,
  blob: BlobContent,
  reader: BlobReader,
  { location: start, offset, chunk }: Upload,
): Promise<"done" | Unfinished> {
  let location = start;
  let at = offset;
  const unfinished = (why: Problem, next = chunk, isRefusal = false): Unfinished => ({
    why,
    reached: at,
    location,
    chunk: next,
    isRefusal,
  });
  try {
    while (chunk !== undefined && at < blob.size) {
      const size = Math.min(chunk, blob.size - at);
      const answer = await patch(repository, location, { at, size, body: bodyOf(reader, at, size) });
      if (!isAccepted(answer))
        return unfinished(await failure(repository, answer), smaller(chunk, answer), isOurs(answer));
      location = locationOf(answer, repository.name, location);
      at = rangeEnd(answer.headers.range) ?? at + size;
    }
    const body = chunk === undefined ? bodyOf(reader, 0, blob.size) : undefined;
    const answer = await put(repository, withDigest(location, blob.digest), body);
    if (isAccepted(answer)) return "done";
    const problem = await failure(repository, answer);
    if (chunk === undefined && codesOf(answer).includes("DIGEST_INVALID")) throw problem;
    return unfinished(problem, smaller(chunk, answer), isOurs(answer));
  } catch (thrown) {
    const [problem] = problemsOf(thrown) ?? [];
    if (problem?.code !== "store.unreachable") throw thrown;
    return unfinished(problem);
  }
}

/** After a failure: is it there all the same? how far did the upload come? is there still one? */
async function whereItStands(repository: Repository, blob: BlobContent, upload: Upload): Promise<Upload | "done"> {
  if (await hasBlob(repository, blob)) return "done";
  const answer = await repository.send({ method: "GET", to: upload.location, repeatable: true });
  const end = answer.status === 204 || answer.status === 202 ? rangeEnd(answer.headers.range) : undefined;
  if (end === undefined || end > blob.size) {
    const anew = await begin(repository, blob, undefined);
    return anew === "mounted" ? "done" : { ...anew, chunk: upload.chunk };
  }
  const least = Number(answer.headers["oci-chunk-min-length"] ?? 0);
  const chunk = Math.max(upload.chunk ?? mostChunk, Number.isSafeInteger(least) ? least : 0);
  return { location: locationOf(answer, repository.name, upload.location), offset: end, chunk };
}

interface Chunk {
  readonly at: number;
  readonly size: number;
  readonly body: HttpBody;
}

/** Both ends of a `Content-Range` are of bytes that are sent. */
function patch(repository: Repository, to: URL, { at, size, body }: Chunk): Promise<WholeAnswer> {
  const headers = { "content-type": "application/octet-stream", "content-range": `${at}-${at + size - 1}` };
  return repository.send({ method: "PATCH", to, headers, body, repeatable: false });
}

function put(repository: Repository, to: URL, body: HttpBody | undefined): Promise<WholeAnswer> {
  const headers = { "content-type": "application/octet-stream" };
  return repository.send({ method: "PUT", to, headers, body, repeatable: false });
}

function bodyOf(reader: BlobReader, at: number, size: number): HttpBody {
  return { size, open: () => reader.read(at, size) };
}

/** ECR answers a PATCH with 201 where others say 202. */
function isAccepted({ status }: WholeAnswer): boolean {
  return status === 201 || status === 202 || status === 204 || status === 200;
}

/** The Problem of an answer that going on may help with; throws what it cannot. */
async function failure(repository: Repository, answer: WholeAnswer): Promise<Problem> {
  const problem = await repository.refused("push a blob to", answer);
  const mayPass = isOurs(answer) || answer.status === 429 || answer.status === 408 || answer.status >= 500;
  if (!mayPass) throw problem;
  return problem;
}

const goneWrong: ReadonlySet<string> = new Set(["DIGEST_INVALID", "BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN"]);

/** Too large, another range, no such upload, or a digest of chunks that went wrong: to be done otherwise, or from the beginning. */
function isOurs(answer: WholeAnswer): boolean {
  return [413, 416, 404].includes(answer.status) || codesOf(answer).some((code) => goneWrong.has(code));
}

/** The next chunk size: half of it, or chunks at all, where the registry found it too large. */
function smaller(chunk: number | undefined, { status }: WholeAnswer): number | undefined {
  if (status !== 413) return chunk;
  return chunk === undefined ? mostChunk : Math.max(64 * 1024, Math.floor(chunk / 2));
}
