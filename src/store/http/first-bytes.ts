/** The beginning of an answer that says what went wrong: nobody reads more of it than fits. */

/** Of a body, which is not read further. `most`: bytes. */
export async function firstBytes(body: AsyncIterable<Uint8Array>, most = 64 * 1024): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(new Uint8Array(chunk));
    if ((size += chunk.length) >= most) break;
  }
  return Buffer.concat(chunks).subarray(0, most);
}
