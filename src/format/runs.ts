/** Cuts a container's segments into runs of small bytes, to be compressed here, and large contents, to be spliced in. */
import type { Content, Segment, Segments } from "./segment.ts";

/** What a compressed container is joined from, in order; a run begins a buffer of its own. */
export type Run = { readonly run: Uint8Array<ArrayBuffer> } | { readonly content: Content };

export interface RunSizes {
  /** Contents of up to this many bytes are read into runs, where they compress together with their neighbours. */
  readonly small: number;
  /** The most bytes in one run. */
  readonly run: number;
}

/**
 * Coalesces literal bytes and small contents into runs, and passes large contents on as they are. Runs are never empty, and
 * where they are cut depends only on the bytes between two large contents, never on how the segments were split. Memory: one run.
 */
export async function* runsOf(segments: Segments, sizes: RunSizes): AsyncIterable<Run> {
  const gathered = gatherer(sizes);
  // A package may have ten thousands of segments, and each thing waited for costs more than what is done with most of them.
  if (Symbol.iterator in segments) {
    for (const segment of segments) {
      const unread = gathered.put(segment);
      if (unread !== undefined) yield* gathered.read(unread);
      if (gathered.isReady()) yield* gathered.take();
    }
  } else {
    for await (const segment of segments) {
      const unread = gathered.put(segment);
      if (unread !== undefined) yield* gathered.read(unread);
      if (gathered.isReady()) yield* gathered.take();
    }
  }
  gathered.cut();
  yield* gathered.take();
}

function gatherer(sizes: RunSizes) {
  // Filled once and handed out: a content's chunks are only lent.
  let run = new Uint8Array(0);
  let filled = 0;
  let ready: Run[] = [];

  const gathered = {
    /** Puts the segment in, or returns it where it is to be read first. */
    put(segment: Segment): Content | undefined {
      const bytes = segment instanceof Uint8Array ? segment : segment.bytes;
      if (!(segment instanceof Uint8Array) && segment.size > sizes.small) {
        gathered.cut();
        ready.push({ content: segment });
      } else if (bytes !== undefined) gathered.add(bytes);
      else if (!(segment instanceof Uint8Array)) return segment;
      return undefined;
    },
    /** Puts the bytes of a content in, and hands out the runs they fill. */
    async *read(content: Content): AsyncGenerator<Run> {
      for await (const bytes of content.open()) {
        gathered.add(bytes);
        yield* gathered.take();
      }
    },
    add(bytes: Uint8Array): void {
      for (let start = 0; start < bytes.length;) {
        if (filled === run.length) run = grown(run, filled, bytes.length - start, sizes.run);
        const room = run.length - filled;
        const part = start === 0 && bytes.length <= room ? bytes : bytes.subarray(start, start + room);
        run.set(part, filled);
        filled += part.length;
        start += part.length;
        if (filled === sizes.run) gathered.cut();
      }
    },
    cut(): void {
      if (filled > 0) ready.push({ run: run.subarray(0, filled) });
      run = new Uint8Array(0);
      filled = 0;
    },
    isReady: () => ready.length > 0,
    take(): readonly Run[] {
      const taken = ready;
      ready = [];
      return taken;
    },
  };
  return gathered;
}

/** A larger buffer with the same beginning, so that few bytes take little room. */
function grown(run: Uint8Array<ArrayBuffer>, filled: number, wanted: number, most: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.min(most, Math.max(64 * 1024, 4 * filled, filled + wanted)));
  larger.set(run);
  return larger;
}
