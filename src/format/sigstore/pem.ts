/** PEM blocks (RFC 7468), as certificates and keys stand in text. */

/** One block, lines of 64 letters. */
export function pemOf(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** The bytes of a text's first block with one of these labels; undefined where there is none. */
export function derIn(text: string, labels: readonly string[]): Uint8Array | undefined {
  for (const label of labels) {
    const [, body] = new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----`).exec(text) ?? [];
    if (body !== undefined) return new Uint8Array(Buffer.from(body.replace(/\s/g, ""), "base64"));
  }
  return undefined;
}
