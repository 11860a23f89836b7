/** Whoever reads what we print may go away, and the disk it goes to may be full. */
import { exit } from "./exit.ts";

/**
 * A reader that went away (`slipway release | head`, a terminal that was closed) ends nothing: what was begun is done, and the exit
 * code says how it went. A result that could not be written, to a full disk for instance, is a failure.
 */
export function outliveReaders(): void {
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code === "EPIPE" || error.code === "EIO") return;
    process.stderr.write(`slipway: what was to be printed could not be written: ${error.message}\n`);
    process.exit(exit.failed);
  };
  process.stdout.on("error", onError);
  process.stderr.on("error", () => {});
}
