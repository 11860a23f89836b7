/** Base64 that has one form only (RFC 4648, 4): whatever decodes, encodes to the same text again. */

/** The bytes; undefined for whitespace, missing or surplus padding, other alphabets, and bits that are left over (3.5). */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
