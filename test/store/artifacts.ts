/** Artifacts made of texts, and places that hold them, for the tests of this room. */
import { createHash } from "node:crypto";

import { type Artifact, type Digest, digestOfHex } from "../../src/model/artifact.ts";
import { Problem } from "../../src/model/problem.ts";
import type { Source } from "../../src/model/store.ts";

export function digestOf(text: string | Uint8Array): Digest {
  return digestOfHex(createHash("sha256").update(text).digest("hex"));
}

/** A listed file called `name` whose bytes are `text`. */
export function artifact(name: string, text: string, more: Partial<Artifact> = {}): Artifact {
  return {
    name,
    type: "file",
    listed: true,
    attributes: {},
    digest: digestOf(text),
    size: Buffer.byteLength(text),
    refs: [],
    ...more,
  };
}

/** Holds texts by digest; `opened` says what was asked for. */
export function sourceOf(...texts: readonly string[]): Source & { readonly opened: string[] } {
  const byDigest = new Map(texts.map((text) => [digestOf(text), text]));
  const opened: string[] = [];
  return {
    opened,
    async *open({ name, digest }) {
      opened.push(name);
      const text = byDigest.get(digest);
      if (text === undefined) throw new Problem("file.missing", `${name}: not here`);
      const bytes = Buffer.from(text);
      for (let start = 0; start < bytes.length; start += 1000) yield bytes.subarray(start, start + 1000);
    },
  };
}

/** The bytes of `text`, claimed to be something's. */
export async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
