/** Reads files behind an address as anybody does, and asks whether they changed where the server can tell. */
import type { HttpClient } from "./http.ts";
import { paced, usualPace } from "./http/paced.ts";
import { fileUrl, isThere } from "./remote-release.ts";

/** What a server says of a file. */
export type AddressAnswer =
  | { readonly state: "there"; readonly bytes: AsyncIterable<Uint8Array>; readonly tag?: string | undefined }
  | { readonly state: "same" }
  | { readonly state: "gone" };

/**
 * With the `tag` of an earlier answer the server is asked to send the file only if it is another one (RFC 9110, 13.1.2). `most` bytes
 * are read. Fails with `store.unreachable` where the server says neither yes nor no.
 */
export async function readAddress(
  http: HttpClient,
  base: URL,
  { name, tag, most }: { readonly name: string; readonly tag: string | undefined; readonly most: number },
): Promise<AddressAnswer> {
  const headers = tag === undefined ? {} : { "if-none-match": tag };
  const answer = await http.open({ method: "GET", url: fileUrl({ base }, name), headers, repeatable: true });
  if (answer.status === 304 && tag !== undefined) {
    await answer.discard();
    return { state: "same" };
  }
  if (!isThere(answer, name)) {
    await answer.discard();
    return { state: "gone" };
  }
  const { etag } = answer.headers;
  return { state: "there", bytes: paced(answer.body, { what: name, most, pace: usualPace }), tag: etag };
}
