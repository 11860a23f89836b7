/** Progress that can be ended: what was live becomes lasting. */
import type { Progress } from "../../model/progress.ts";

export interface Shown extends Progress {
  close(): void;
}
