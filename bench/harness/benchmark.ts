/** What one benchmark says of itself; each is one file, `bench/NAME.ts`, that exports `benchmark`. */

export interface Benchmark {
  readonly name: string;
  /** Ours and theirs, as the table calls them. */
  readonly ours: string;
  readonly peer: string;
  /** What both work on. */
  readonly input: string;
  /** Ours as a share of the peer's, at most. */
  readonly goal: Readonly<Partial<Record<Quantity, number>>>;
  /** How often each side runs unless told otherwise. */
  readonly runs: number;
  /** Makes the input in an empty folder, and says what to run there. Not measured. */
  prepare(folder: string): Contest | Promise<Contest>;
}

/** Seconds from start to end; seconds of processor time, children's included; bytes resident in all processes together. */
export type Quantity = "wall" | "cpu" | "peak";

export interface Contest {
  readonly ours: Contestant;
  readonly peer: Contestant;
  /** Throws when the two outputs are not the same in kind and content. Runs once, after both have run. */
  check(): void | Promise<void>;
  /** Ends what was started to be measured against. */
  end?(): void | Promise<void>;
}

export interface Contestant {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Puts everything back to where a run begins; not measured. */
  reset?(): void;
}
