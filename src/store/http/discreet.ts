/** What a server says of a request, without what let that in: some repeat the headers that they refuse. */

/** What of a request may hold a secret. */
export interface Told {
  readonly authorization?: string | undefined;
  readonly credentials?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Shorter ones stand in too many words. */
const shortest = 6;

/** Longer texts are shown nowhere. */
const longest = 64 * 1024;

/** The same text with `***` for each secret. */
export function discreet(bytes: Uint8Array, told: Told): Uint8Array {
  const secrets = secretsOf(told);
  if (secrets.length === 0 || bytes.length === 0 || bytes.length > longest) return bytes;
  const text = Buffer.from(bytes).toString("utf8");
  const clean = hiding(secrets)(text);
  return clean === text ? bytes : Buffer.from(clean);
}

/** Longest first, so that no part of one stays behind. */
export function hiding(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter(({ length }) => length >= shortest).toSorted((a, b) => b.length - a.length);
  return (text) => known.reduce((left, secret) => left.replaceAll(secret, "***"), text);
}

function secretsOf({ authorization = "", credentials = {}, headers = {} }: Told): readonly string[] {
  const named = Object.entries(headers).flatMap(([name, value]) =>
    /auth|cookie|key|pass|secret|token/i.test(name) ? [value] : [],
  );
  return [authorization, ...Object.values(credentials), ...named].flatMap(partsOf);
}

/** The value, what follows its scheme, and the password in that (RFC 7617). */
function partsOf(value: string): readonly string[] {
  const [scheme = "", ...rest] = value.split(" ");
  const own = rest.join(" ");
  const decoded = /^basic$/i.test(scheme) ? Buffer.from(own, "base64").toString("utf8") : "";
  return [value, own, decoded.slice(decoded.indexOf(":") + 1)];
}
