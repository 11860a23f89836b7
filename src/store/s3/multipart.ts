/** Uploads in parts, which nobody sees before they are completed (docs.aws.amazon.com, AmazonS3 API: CreateMultipartUpload and its kin). */
import { type Digest, digestOfHex, hexOf } from "../../model/artifact.ts";
import { Problem } from "../../model/problem.ts";
import type { HttpBody, WholeAnswer } from "../http.ts";
import { type Bucket, textBody } from "./client.ts";
import { base64Of, type Part } from "./parts.ts";
import { errorOf } from "./refusal.ts";
import { type Element, readXml, xmlText } from "./xml.ts";

/** An upload that was begun. */
export interface Upload {
  readonly key: string;
  readonly id: string;
}

/** One that this run began. */
export interface BegunUpload extends Upload {
  /** Whether the server says that it checks each part by its SHA-256. */
  readonly isChecked: boolean;
  /** Whether there may be another one, since an answer was lost. */
  readonly isDoubtful: boolean;
}

/** A part as the server has it. */
export interface SentPart {
  readonly number: number;
  readonly etag: string;
  /** Undefined where the server checked none. */
  readonly digest: Digest | undefined;
}

/** Pages of lists that are followed: a thousand entries each. */
const mostPages = 100;

/** Begins one. Where an answer was lost there are two: what is not used is ended by {@link abort} later. */
export async function begin(
  bucket: Bucket,
  key: string,
  headers: Readonly<Record<string, string>>,
): Promise<BegunUpload> {
  const answer = await bucket.must(`begin to upload ${key}`, {
    method: "POST",
    key,
    query: { uploads: "" },
    headers,
    repeatable: true,
  });
  const id = documentOf(bucket, answer, "InitiateMultipartUploadResult").of("UploadId");
  if (id === "") throw new Problem("store.failed", `${bucket.name} begins an upload of ${key} without saying its id`);
  const isChecked = answer.headers["x-amz-checksum-algorithm"] === "SHA256";
  return { key, id, isChecked, isDoubtful: answer.tries > 1 };
}

/** Uploads under way whose names begin like this, oldest first. MinIO knows whole names only. */
export async function uploadsOf(bucket: Bucket, prefix: string): Promise<readonly Upload[]> {
  const found: (Upload & { begun: string })[] = [];
  let after: Readonly<Record<string, string>> = {};
  for (let page = 0; page < mostPages; page += 1) {
    const query = { uploads: "", prefix, ...after };
    const answer = await bucket.must("list the uploads under way", { method: "GET", key: "", query });
    const list = documentOf(bucket, answer, "ListMultipartUploadsResult");
    for (const each of list.all("Upload"))
      found.push({ key: each.of("Key"), id: each.of("UploadId"), begun: each.of("Initiated") });
    const marker = { "key-marker": list.of("NextKeyMarker"), "upload-id-marker": list.of("NextUploadIdMarker") };
    if (list.of("IsTruncated") !== "true" || marker["key-marker"] === "") break;
    after = marker;
  }
  return found.toSorted((one, other) => (one.begun < other.begun ? -1 : 1)).map(({ key, id }) => ({ key, id }));
}

/** The parts that are there; none where the upload has ended. */
export async function sentParts(bucket: Bucket, { key, id }: Upload): Promise<readonly SentPart[]> {
  const parts: SentPart[] = [];
  let marker: Readonly<Record<string, string>> = {};
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await bucket.ask({ method: "GET", key, query: { uploadId: id, ...marker } });
    if (answer.status === 404) return [];
    if (answer.status !== 200) throw bucket.refusal(`list the parts of ${key}`, answer);
    const list = documentOf(bucket, answer, "ListPartsResult");
    parts.push(...list.all("Part").map(sentPart));
    const next = list.of("NextPartNumberMarker");
    if (list.of("IsTruncated") !== "true" || next === "") break;
    marker = { "part-number-marker": next };
  }
  return parts;
}

function sentPart(part: Element): SentPart {
  return {
    number: Number(part.of("PartNumber")),
    etag: part.of("ETag"),
    digest: digestOfBase64(part.of("ChecksumSHA256")),
  };
}

export interface PartToSend {
  readonly part: Part;
  readonly body: HttpBody;
  /** How the server checks it: by its checksum, which is signed; by the signature over the bytes; `both` where it is not known to do the first. */
  readonly by: "checksum" | "signature" | "both";
}

/** Sends a part. The server refuses bytes that are not those of its digest. */
export async function sendPart(bucket: Bucket, { key, id }: Upload, { part, body, by }: PartToSend): Promise<SentPart> {
  const { number, digest } = part;
  const answer = await bucket.must(`upload part ${number} of ${key}`, {
    method: "PUT",
    key,
    query: { partNumber: String(number), uploadId: id },
    headers: by === "signature" ? {} : { "x-amz-checksum-sha256": base64Of(digest) },
    body: by === "checksum" ? body : { ...body, sha256: hexOf(digest) },
  });
  const { etag } = answer.headers;
  if (etag === undefined) throw new Problem("store.failed", `${bucket.name} takes a part of ${key} without an ETag`);
  const said = answer.headers["x-amz-checksum-sha256"];
  return { number, etag, digest: typeof said === "string" ? digestOfBase64(said) : undefined };
}

export type Completion =
  | { readonly outcome: "done" }
  /** Something stands under the name. */
  | { readonly outcome: "taken" }
  /** There is no such upload any more: it was completed, by us or others, or ended. */
  | { readonly outcome: "gone" };

/** Gives the object its name, in one moment. `fresh`: only where nothing stands there. */
export async function complete(
  bucket: Bucket,
  { key, id }: Upload,
  { parts, fresh }: { readonly parts: readonly SentPart[]; readonly fresh: boolean },
): Promise<Completion> {
  const listed = parts.map(({ number, etag, digest }) => {
    const checksum = digest === undefined ? "" : `<ChecksumSHA256>${base64Of(digest)}</ChecksumSHA256>`;
    return `<Part><ETag>${xmlText(etag)}</ETag>${checksum}<PartNumber>${number}</PartNumber></Part>`;
  });
  const text = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${listed.join("")}</CompleteMultipartUpload>`;
  const answer = await bucket.ask({
    method: "POST",
    key,
    query: { uploadId: id },
    headers: { "content-type": "application/xml", ...(fresh ? { "if-none-match": "*" } : {}) },
    body: textBody(text),
    // A second time it is gone, and whoever finds that looks what stands there.
    repeatable: true,
  });
  const { code } = errorOf(answer);
  if (answer.status === 412 || code === "PreconditionFailed") return { outcome: "taken" };
  if (answer.status === 404 && code !== "NoSuchBucket") return { outcome: "gone" };
  // It may be refused after the 200 that kept the connection alive.
  if (answer.status === 200 && code === "" && isDocument(answer, "CompleteMultipartUploadResult"))
    return { outcome: "done" };
  throw bucket.refusal(`complete the upload of ${key}`, answer);
}

/** Ends an upload, and frees what it holds; one that has ended is as good. */
export async function abort(bucket: Bucket, { key, id }: Upload): Promise<void> {
  const answer = await bucket.ask({ method: "DELETE", key, query: { uploadId: id } });
  if (answer.status < 300 || answer.status === 404) return;
  throw bucket.refusal(`end an upload of ${key} that nobody goes on with`, answer);
}

function documentOf(bucket: Bucket, answer: WholeAnswer, root: string): Element {
  const found = readXml(Buffer.from(answer.bytes).toString("utf8"), root);
  if (found !== undefined) return found;
  throw new Problem("store.failed", `${bucket.name} answers with something else than ${root}`, {
    hint: "Look at the endpoint: is it that of an object store?",
  });
}

function isDocument({ bytes }: WholeAnswer, root: string): boolean {
  return readXml(Buffer.from(bytes).toString("utf8"), root) !== undefined;
}

/** Undefined where it is none of 32 bytes. */
export function digestOfBase64(text: string): Digest | undefined {
  return /^[A-Za-z0-9+/]{43}=$/.test(text) ? digestOfHex(Buffer.from(text, "base64").toString("hex")) : undefined;
}
