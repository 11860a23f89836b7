/** Signs requests as AWS Signature Version 4 has it (docs.aws.amazon.com, "Create a signed AWS API request" and "Signature calculations" of S3). */
import { createHash, createHmac } from "node:crypto";

export interface AwsCredentials {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly sessionToken?: string | undefined;
}

export interface Signing {
  readonly method: string;
  /** Its path is escaped as {@link escapedPath} does, and is signed as it stands. */
  readonly url: URL;
  /** Names in lower case; all of them are signed, `host` besides. */
  readonly headers: Readonly<Record<string, string>>;
  /** Hex SHA-256 of the body, or `UNSIGNED-PAYLOAD`. */
  readonly payload: string;
  readonly credentials: AwsCredentials;
  readonly region: string;
  readonly service: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What a request has to carry besides its headers. */
export interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly authorization: string;
}

const algorithm = "AWS4-HMAC-SHA256";

/** Hex SHA-256 of no bytes. */
export const emptyPayload = sha256("");

export function signed(signing: Signing): Signed {
  const { credentials, region, service, payload, now } = signing;
  const time = timestamp(now);
  const token = credentials.sessionToken;
  const headers = {
    ...signing.headers,
    "x-amz-content-sha256": payload,
    "x-amz-date": time,
    ...(token === undefined ? {} : { "x-amz-security-token": token }),
  };
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const { request, names } = canonicalRequest({ ...signing, headers });
  const signature = hmac(signingKey(credentials, scope), [algorithm, time, scope, sha256(request)].join("\n"));
  return {
    headers,
    authorization: `${algorithm} Credential=${credentials.accessKey}/${scope}, SignedHeaders=${names}, Signature=${signature.toString("hex")}`,
  };
}

/** Everything but RFC 3986's unreserved characters and the slashes between names is escaped, once, as UTF-8. */
export function escapedPath(path: string): string {
  return path.split("/").map(escaped).join("/");
}

function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function canonicalRequest({ method, url, headers, payload }: Signing): { request: string; names: string } {
  const all = Object.entries({ ...headers, host: url.host }).toSorted(([one], [other]) => byCode(one, other));
  const names = all.map(([name]) => name).join(";");
  const lines = all.map(([name, value]) => `${name}:${value.trim().replaceAll(/ +/g, " ")}`);
  return { names, request: [method, url.pathname, canonicalQuery(url), ...lines, "", names, payload].join("\n") };
}

function canonicalQuery(url: URL): string {
  return [...url.searchParams]
    .map(([name, value]) => [escaped(name), escaped(value)] as const)
    .toSorted(([one, left], [other, right]) => byCode(one, other) || byCode(left, right))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function byCode(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The last one that was made: it is the same for all requests of a day. */
let lastKey: { readonly secretKey: string; readonly scope: string; readonly key: Buffer } | undefined;

function signingKey({ secretKey }: AwsCredentials, scope: string): Buffer {
  if (lastKey?.secretKey !== secretKey || lastKey.scope !== scope) {
    const key = scope.split("/").reduce<Buffer>((before, part) => hmac(before, part), Buffer.from(`AWS4${secretKey}`));
    lastKey = { secretKey, scope, key };
  }
  return lastKey.key;
}

/** `20130524T000000Z`. */
function timestamp(now: number): string {
  return new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, "");
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
