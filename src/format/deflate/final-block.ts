/** The block that ends a deflate stream made of pieces. */

/** An empty block with fixed codes, marked as the last one, padded to a byte (RFC 1951, 3.2.3 and 3.2.6). */
export const finalBlock: Readonly<Uint8Array> = Uint8Array.of(0x03, 0x00);
