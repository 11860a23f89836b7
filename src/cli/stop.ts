/** The signal that ends a run: Ctrl-C, being asked to end, a terminal that closes, or a time limit. */
import { Problem } from "../model/problem.ts";
import { exitAfter } from "./exit.ts";
import { noteBelow } from "./output/shown.ts";
import { readDuration } from "./output/words.ts";

export interface Stopping {
  readonly signal: AbortSignal;
  readonly release: () => void;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Milliseconds in which a second signal is the first once more: npm passes on what the terminal has sent to everybody already. */
const echo = 300;

/** Aborts on the first Ctrl-C and after `limit` (`30m`); a second Ctrl-C ends the process at once. */
export function stopSignal(limit: string | undefined, say: (text: string) => void = noteBelow): Stopping {
  const controller = new AbortController();
  let stoppedAt: number | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    if (stoppedAt !== undefined) {
      if (performance.now() - stoppedAt > echo) process.exit(exitAfter(name));
      return;
    }
    stoppedAt = performance.now();
    say("stopping; once more to stop at once");
    controller.abort(
      new Problem("step.stopped", "stopped before everything was done", {
        hint: "Run the same command again: it goes on from what is there.",
        cause: name,
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
  timer?.unref(); // a limit is no reason to go on
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    release() {
      clearTimeout(timer);
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
