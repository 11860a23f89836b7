/** What people put into files and variables as a key: armored or PEM text, base64 of either, or plain bytes. */

/** Text with the label of its first block (`PGP PRIVATE KEY BLOCK`, `RSA PRIVATE KEY`), or bytes without any. */
export type Material =
  | { readonly label: string; readonly text: string }
  | { readonly label: undefined; readonly bytes: Uint8Array };

/**
 * Tells the forms apart. Secrets of CI systems often hold the base64 of a file, or text whose line breaks became `\n`: both are
 * undone. Nothing is said of whether it is a key.
 */
export function readMaterial(bytes: Uint8Array): Material {
  const text = Buffer.from(bytes).toString("latin1").replace(/^\s+/, "");
  const label = /^(?:[^\n]*\n)*?\s*-----BEGIN ([A-Z0-9 ]+)-----/.exec(text.slice(0, 4096))?.[1];
  if (label !== undefined) return { label, text: withLineBreaks(text) };
  const isBase64 = text.length > 0 && /^[A-Za-z0-9+/\s]+=*\s*$/.test(text);
  const decoded = isBase64 ? Buffer.from(text, "base64") : undefined;
  if (decoded === undefined) return { label: undefined, bytes };
  return decoded.toString("latin1").includes("-----BEGIN ")
    ? readMaterial(decoded)
    : { label: undefined, bytes: decoded };
}

function withLineBreaks(text: string): string {
  return text.includes("\n") && !/-----\\n/.test(text) ? text : text.replaceAll("\\r", "").replaceAll("\\n", "\n");
}

/** A passphrase as text, without the line break that files and commands end with. */
export function passphraseOf(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("utf8")
    .replace(/\r?\n$/, "");
}
