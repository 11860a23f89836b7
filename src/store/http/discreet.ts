/** What a server says of a request, without what let that in: some repeat the headers that they refuse. */

/** What of a request may hold a secret. */
export interface Told {
  readonly authorization?: string | undefined;
  readonly credentials?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Of its body. */
  readonly secrets?: readonly string[] | undefined;
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

/** Also where they are written in other ways: see {@link formsOf}. Those shorter than `least` characters stand in too many words. */
export function hiding(secrets: readonly string[], least = shortest): (text: string) => string {
  const whole = secrets.filter(({ length }) => length >= least);
  const known = new Set([...whole, ...whole.flatMap(formsOf).filter(({ length }) => length >= shortest)]);
  // Longest first, so that no part of one stays behind.
  const inOrder = [...known].toSorted((a, b) => b.length - a.length);
  return (text) => inOrder.reduce((left, secret) => left.replaceAll(secret, "***"), text);
}

/** What programs print of a secret that they do not print whole: its lines, and it as base64, in an address, and in JSON. */
function formsOf(secret: string): readonly string[] {
  const trimmed = secret.trim();
  const lines = trimmed.split(/\r?\n|\\n/).map((line) => line.trim());
  const encoded = [secret, trimmed, `${trimmed}\n`].map((text) => Buffer.from(text).toString("base64"));
  const base64 = encoded.flatMap((text) => [text, ...wrapped(text, 64), ...wrapped(text, 76)]);
  const inAddresses = [encodeURIComponent(trimmed), new URLSearchParams({ "": trimmed }).toString().slice(1)];
  return [
    trimmed,
    ...lines,
    ...base64.flatMap((text) => [text.replace(/=+$/, ""), asBase64Url(text)]),
    ...inAddresses,
    JSON.stringify(trimmed).slice(1, -1),
  ];
}

/** As base64(1) and openssl(1) break lines. */
function wrapped(text: string, width: number): readonly string[] {
  return text.match(new RegExp(`.{1,${width}}`, "g")) ?? [];
}

function asBase64Url(text: string): string {
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function secretsOf({ authorization = "", credentials = {}, headers = {}, secrets = [] }: Told): readonly string[] {
  const named = Object.entries(headers).flatMap(([name, value]) =>
    /auth|cookie|key|pass|secret|token/i.test(name) ? [value] : [],
  );
  return [...secrets, ...[authorization, ...Object.values(credentials), ...named].flatMap(partsOf)];
}

/** The value, what follows its scheme, and the password in that (RFC 7617). */
function partsOf(value: string): readonly string[] {
  const [scheme = "", ...rest] = value.split(" ");
  const own = rest.join(" ");
  const decoded = /^basic$/i.test(scheme) ? Buffer.from(own, "base64").toString("utf8") : "";
  return [value, own, decoded.slice(decoded.indexOf(":") + 1)];
}
