/** Stages of a pipeline: one after the other, each with its time and what became of it. */

/** What became of a stage. */
export interface StageResult {
  readonly stage: string;
  readonly outcome: "done" | "skipped" | "failed";
  /** One line: what was done, or why not. */
  readonly detail: string;
  readonly milliseconds: number;
}

/** What a stage gives: its detail; `skipped` says that nothing was to be done. */
export type StageDetail = string | { readonly skipped: string };

export interface Stages {
  readonly results: readonly StageResult[];
  /** Carries one out. What it throws is thrown again, once it is noted. */
  run(stage: string, work: () => Promise<StageDetail>): Promise<void>;
  /** Notes one that is not carried out. */
  skip(stage: string, why: string): void;
}

/** `tell` is given each result as soon as it is there. */
export function stagesOf(tell: (result: StageResult) => void): Stages {
  const results: StageResult[] = [];
  const note = (result: StageResult): void => {
    results.push(result);
    tell(result);
  };
  return {
    results,
    skip: (stage, why) => note({ stage, outcome: "skipped", detail: why, milliseconds: 0 }),
    async run(stage, work) {
      const started = performance.now();
      const since = (): number => Math.round(performance.now() - started);
      try {
        const detail = await work();
        const isDone = typeof detail === "string";
        note({
          stage,
          outcome: isDone ? "done" : "skipped",
          detail: isDone ? detail : detail.skipped,
          milliseconds: since(),
        });
      } catch (thrown) {
        const detail = thrown instanceof Error ? (thrown.message.split("\n", 1)[0] ?? "") : String(thrown);
        note({ stage, outcome: "failed", detail, milliseconds: since() });
        throw thrown;
      }
    },
  };
}
