/** Progress that can be ended: what was live becomes lasting. */
import type { Progress } from "../../model/progress.ts";

export interface Shown extends Progress {
  /** Says a line that is about no Step. */
  note(text: string): void;
  close(): void;
}

/** On stderr, where nothing is redrawn. */
export function noteBelow(text: string): void {
  process.stderr.write(`${text}\n`);
}
