/** The signal that ends a run: Ctrl-C, being asked to end, or a time limit. */
import { Problem } from "../model/problem.ts";
import { readDuration } from "./output/words.ts";

export interface Stopping {
  readonly signal: AbortSignal;
  readonly release: () => void;
}

/** Aborts on the first Ctrl-C and after `limit` (`30m`); a second Ctrl-C ends the process at once. */
export function stopSignal(limit: string | undefined): Stopping {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(name === "SIGINT" ? 130 : 143);
    process.stderr.write("\nstopping; once more to stop at once\n");
    controller.abort(
      new Problem("step.stopped", "stopped before everything was done", {
        hint: "Run the same command again: it goes on from what is there.",
      }),
    );
  };
  const timer =
    limit === undefined
      ? undefined
      : setTimeout(
          () => controller.abort(new Problem("step.timeout", `not everything was done within ${limit}`)),
          readDuration(limit, "--timeout"),
        );
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    release() {
      clearTimeout(timer);
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
