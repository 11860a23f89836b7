/** The bytes of one member of an archive that is read from front to back. */
import type { ByteReader } from "./deflate/byte-reader.ts";
import type { KnownBytes } from "./splices.ts";

/** How a member's bytes are got at, by one of these, once, and only before the next member is asked for. */
export interface MemberContent {
  /** All bytes, where they are there without waiting: until more is read. */
  now(): Uint8Array | undefined;
  /** What is known of the bytes without reading them, where the source knew. */
  known(): Promise<KnownBytes | undefined>;
  open(): AsyncIterable<Uint8Array>;
}

/** The next `size` bytes of `reader`. `endsEarly` is thrown where there are fewer; `skip` passes over what nobody read. */
export function memberContent(
  reader: ByteReader,
  size: number,
  endsEarly: () => Error,
): MemberContent & { skip(): Promise<void> } {
  let left = size;
  let taken = false;

  async function* rest(): AsyncGenerator<Uint8Array> {
    while (left > 0) {
      const bytes = await reader.chunk();
      if (bytes === undefined) throw endsEarly();
      const part = bytes.subarray(0, left);
      reader.unread(bytes.subarray(part.length));
      left -= part.length;
      yield part;
    }
  }

  return {
    now() {
      const bytes = taken ? undefined : reader.takeNow(size);
      if (bytes === undefined) return undefined;
      taken = true;
      left = 0;
      return bytes;
    },
    async known() {
      if (taken || left === 0) return undefined;
      const known = await reader.known(size);
      if (known !== undefined) left = 0;
      return known;
    },
    open() {
      if (taken) throw new Error("A member can be read once, before the next one is asked for");
      taken = true;
      return rest();
    },
    async skip() {
      if (!taken && left > 0 && (await reader.known(size)) !== undefined) left = 0;
      taken = true;
      if (left > 0) for await (const _ of rest());
    },
  };
}
