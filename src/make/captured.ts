/** One output of a command as it comes: its end is kept, and its lines are told. */
import { StringDecoder } from "node:string_decoder";

export interface Captured {
  readonly take: (chunk: Buffer) => void;
  /** To be called after the last chunk: tells a last line that no newline ended. */
  readonly end: () => void;
  /** What was kept. */
  readonly text: () => string;
}

/** Bytes kept; a command that prints more is still run to its end. */
const keptBytes = 16 * 1024 * 1024;
/** Characters after which a line is told although it goes on: a command may print a disk image. */
const longestLine = 64 * 1024;

/** Keeps the last 16 MiB and tells each line, decoded as UTF-8 whatever the chunks' borders cut in two. */
export function captured(onLine: ((line: string) => void) | undefined): Captured {
  const decoder = new StringDecoder("utf8");
  const chunks: Buffer[] = [];
  let kept = 0;
  let rest = "";
  return {
    take(chunk) {
      chunks.push(chunk);
      kept += chunk.length;
      while (kept > keptBytes && chunks.length > 1) kept -= chunks.shift()?.length ?? 0;
      if (onLine === undefined) return;
      const lines = (rest + decoder.write(chunk)).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line);
      if (rest.length < longestLine) return;
      onLine(rest);
      rest = "";
    },
    end() {
      rest += decoder.end();
      if (rest !== "") onLine?.(rest);
      rest = "";
    },
    text: () => Buffer.concat(chunks).toString("utf8"),
  };
}
