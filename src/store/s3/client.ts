/** Sends signed requests to a bucket, and says what its refusals mean. */
import { createHash } from "node:crypto";

import type { Problem } from "../../model/problem.ts";
import type { HttpAnswer, HttpBody, HttpClient, HttpRequest, WholeAnswer } from "../http.ts";
import { refusalOf } from "./refusal.ts";
import { type AwsCredentials, emptyPayload, escapedPath, signed } from "./sign.ts";

export interface BucketOptions {
  readonly http: HttpClient;
  readonly bucket: string;
  /** Without bucket and path: `https://s3.eu-central-1.amazonaws.com`. */
  readonly endpoint: URL;
  /** Whether the bucket stands in the path; else before the host. */
  readonly pathStyle: boolean;
  readonly region: string;
  /** Asked for each request, since some of them end. */
  readonly credentials: () => Promise<AwsCredentials>;
  /** Where they were looked for, for hints. */
  readonly looked: string;
  readonly now: () => number;
}

export interface S3Request {
  readonly method: HttpRequest["method"];
  /** Name of the object; empty: the bucket itself. */
  readonly key: string;
  /** A name without value is the empty text. */
  readonly query?: Readonly<Record<string, string>> | undefined;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** `sha256`: of its bytes, in hex, where it is known; it is signed then. */
  readonly body?: (HttpBody & { readonly sha256?: string | undefined }) | undefined;
  /** Left out: of all but POST it is. */
  readonly repeatable?: boolean | undefined;
}

export interface Bucket {
  readonly name: string;
  /** Address of an object, or of the bucket, as it is asked for. */
  address(key: string): URL;
  /** The answer, whatever its status. */
  ask(request: S3Request, limit?: number): Promise<WholeAnswer>;
  /** The same without its body. */
  open(request: S3Request): Promise<HttpAnswer>;
  /** The same as `ask`, where only success will do. `what` was asked for: "begin to upload tool.zip". */
  must(what: string, request: S3Request): Promise<WholeAnswer>;
  refusal(what: string, answer: Pick<WholeAnswer, "status" | "headers" | "bytes">): Problem;
}

/** A list of a thousand uploads or objects has half a megabyte. */
const mostXml = 8 * 1024 * 1024;

export function openBucket(options: BucketOptions): Bucket {
  const { http, bucket, looked } = options;
  const prepare = (request: S3Request): Promise<HttpRequest> => signedRequest(options, request);
  const ask: Bucket["ask"] = async (request, limit = mostXml) => http.fetch(await prepare(request), limit);
  const refusal: Bucket["refusal"] = (what, answer) => refusalOf(what, answer, { bucket, looked, now: options.now() });
  return {
    name: bucket,
    address: (key) => addressOf(options, key),
    ask,
    open: async (request) => http.open(await prepare(request)),
    refusal,
    async must(what, request) {
      const answer = await ask(request);
      if (answer.status >= 200 && answer.status < 300) return answer;
      throw refusal(what, answer);
    },
  };
}

/** Redirects lead to other regions, whose host is not what was signed: they are refusals, and nothing is sent there. */
async function signedRequest(options: BucketOptions, request: S3Request): Promise<HttpRequest> {
  const { method, key, query = {}, headers = {}, body } = request;
  const url = addressOf(options, key);
  for (const [name, value] of Object.entries(query)) url.searchParams.append(name, value);
  url.search = url.search.replaceAll("+", "%20"); // not every server takes a plus for a blank
  const { region, now } = options;
  const payload = body === undefined ? emptyPayload : (body.sha256 ?? "UNSIGNED-PAYLOAD");
  const credentials = await options.credentials();
  const signing = { method, url, headers, payload, credentials, region, service: "s3", now: now() };
  return { method, url, ...signed(signing), body, repeatable: request.repeatable ?? method !== "POST", stays: true };
}

/** Virtual-hosted or path style ("Virtual hosting of general purpose buckets"). */
function addressOf(
  { endpoint, bucket, pathStyle }: Pick<BucketOptions, "endpoint" | "bucket" | "pathStyle">,
  key: string,
): URL {
  const url = new URL(endpoint);
  if (!pathStyle) url.host = `${bucket}.${url.host}`;
  const base = url.pathname.replace(/\/$/, "");
  url.pathname = `${base}${pathStyle ? `/${bucket}` : ""}${key === "" && pathStyle ? "" : `/${escapedPath(key)}`}`;
  return url;
}

/** The bytes of a text as the body of a request. */
export function textBody(text: string): HttpBody & { readonly sha256: string } {
  const bytes = Buffer.from(text);
  return {
    size: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    async *open() {
      yield bytes;
    },
  };
}
