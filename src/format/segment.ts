/** What containers are written from: literal bytes, and contents that were hashed and compressed once. */

/** Compressions whose outputs can be joined end to end inside one container. Levels are pinned: same input, same bytes. */
export type Codec = "deflate" | "zstd" | "xz";

/** A content in compressed form, ready to be spliced. */
export interface Compressed {
  /** Bytes before compression. */
  readonly size: number;
  /** CRC-32 (ISO 3309) of the bytes before compression. */
  readonly crc32: number;
  /** Bytes after compression. */
  readonly compressedSize: number;
  /** Of the bytes after compression, lower-case hex, where they were decoded and compared with the content. */
  readonly compressedSha256?: string | undefined;
  /**
   * The compressed bytes, in chunks, each of which may only be there until the next is asked for. For `deflate`: blocks that start and end on a byte boundary, refer to nothing before
   * them, and hold no final block. For `zstd`: whole frames. For `xz`: whole streams.
   */
  open(): AsyncIterable<Uint8Array>;
}

/** Bytes that go into containers, perhaps into several. Whoever makes one sees to it that the costly parts happen once. */
export interface Content {
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /**
   * The bytes, in chunks, each of which may only be there until the next is asked for; fails with `verify.mismatch` when they
   * no longer have `size` and `sha256`.
   */
  open(): AsyncIterable<Uint8Array>;
  /** All its bytes, where they are in memory anyway: `open` costs more than it brings for a few. */
  readonly bytes?: Uint8Array | undefined;
  compressed(codec: Codec): Promise<Compressed>;
}

/** What a container's writer emits before compression: bytes of its own, or a content to be spliced in. */
export type Segment = Uint8Array | Content;

export type Segments = Iterable<Segment> | AsyncIterable<Segment>;

/** A raw deflate run as a worker returns it: see {@link Compressed.open} for what it may hold. */
export interface Piece {
  /** Bytes before compression. */
  readonly size: number;
  /** CRC-32 of the bytes before compression. */
  readonly crc32: number;
  readonly data: Uint8Array;
}

/** Compresses on all cores it was given. Made once per run, handed to whoever writes containers. */
export interface Compressor {
  /** Cuts `source` into chunks of a fixed size and compresses each by itself; pieces come in order. Memory is bounded by chunks in flight. */
  pieces(codec: Codec, source: AsyncIterable<Uint8Array>): AsyncIterable<Piece>;
  /** Compresses a run of up to one chunk as one piece. The run's buffer is taken away: the caller can no longer read it. */
  piece(codec: Codec, run: Uint8Array<ArrayBuffer>): Promise<Piece>;
  /** Begins to start its threads, since much is about to be compressed. */
  prepare(): void;
  close(): Promise<void>;
}
