/** What a refusal of an object store means (docs.aws.amazon.com, AmazonS3 API, "Error responses"). */
import type { IncomingHttpHeaders } from "node:http";

import { Problem, type ProblemCode } from "../../model/problem.ts";
import { readXml } from "./xml.ts";

export interface S3Error {
  /** `NoSuchBucket`; empty where nothing was said, as in answers to HEAD. */
  readonly code: string;
  readonly message: string;
  readonly region: string;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Uint8Array;
}

interface Asked {
  readonly bucket: string;
  readonly looked: string;
  readonly now: number;
}

/** What the body says; nothing where it is another's, such as a proxy's. */
export function errorOf({ bytes, headers }: Pick<Answer, "bytes" | "headers">): S3Error {
  const region = headers["x-amz-bucket-region"];
  const none = { code: "", message: "", region: typeof region === "string" ? region : "" };
  if (bytes.length === 0 || bytes.length > 64 * 1024) return none;
  try {
    const found = readXml(Buffer.from(bytes).toString("utf8"), "Error");
    if (found === undefined) return none;
    return { code: found.of("Code"), message: found.of("Message"), region: found.of("Region") || none.region };
  } catch {
    return none;
  }
}

interface Meaning {
  readonly code: ProblemCode;
  readonly hint: string;
}

const again = "Run the same command again: what is there already is not sent again.";

const clock: Meaning = {
  code: "store.failed",
  hint: "The clock of this machine is wrong by more than a quarter of an hour: set it.",
};

function meaningOf({ status }: Answer, { code, region }: S3Error, { bucket, looked }: Asked): Meaning {
  if (code === "RequestTimeTooSkewed") return clock;
  if (/^(InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|TokenRefreshRequired)$/.test(code))
    return { code: "store.denied", hint: `The key of ${looked} is wrong, or has expired.` };
  if (region !== "" && (status === 301 || status === 307 || status === 400))
    return { code: "store.failed", hint: `The bucket lies in another region: \`region: ${region}\`.` };
  if (status >= 300 && status < 400)
    return {
      code: "store.failed",
      hint: "Look at the endpoint: requests are signed for one host, and no other is asked.",
    };
  if (code === "NoSuchBucket")
    return { code: "store.failed", hint: `Make the bucket ${bucket} first, or look at the endpoint.` };
  if (status === 401 || status === 403)
    return {
      code: "store.denied",
      hint: `The key of ${looked} may not do that: it needs s3:PutObject, s3:GetObject, s3:ListBucket, s3:ListBucketMultipartUploads, s3:ListMultipartUploadParts and s3:AbortMultipartUpload.`,
    };
  if (status === 429 || status >= 500) {
    if (status !== 501) return { code: "store.unreachable", hint: again };
    return { code: "store.failed", hint: "Where a server does not know `x-amz-checksum-sha256`: `checksum: none`." };
  }
  return { code: "store.failed", hint: "" };
}

/** The Problem that an answer is, to whoever asked for `what`. */
export function refusalOf(what: string, answer: Answer, asked: Asked): Problem {
  const error = errorOf(answer);
  const { code, hint } = isSkewed(answer, asked) && answer.status === 403 ? clock : meaningOf(answer, error, asked);
  return new Problem(code, `${what}: ${saying(answer.status, error)}`, hint === "" ? {} : { hint });
}

/** Answers to HEAD have no code: whether the clocks differ is told by the server's. */
function isSkewed({ headers, bytes }: Answer, { now }: Asked): boolean {
  const skew = bytes.length > 0 ? undefined : skewOf(headers, now);
  return skew !== undefined && Math.abs(skew) > 15 * 60_000;
}

/** Milliseconds that the server's clock is ahead; undefined where it does not say. */
function skewOf(headers: IncomingHttpHeaders, now: number): number | undefined {
  const theirs = Date.parse(headers.date ?? "");
  return Number.isNaN(theirs) ? undefined : theirs - now;
}

function saying(status: number, { code, message }: S3Error): string {
  // Control characters of a stranger's text have no business on a terminal.
  const line = `${code} ${message}`.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  const short = line.length > 300 ? `${line.slice(0, 300)}...` : line;
  return short === "" ? `status ${status}` : `status ${status}, ${short}`;
}
