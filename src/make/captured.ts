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

/**
 * Keeps the last 16 MiB and tells each line, decoded as UTF-8 whatever the chunks' borders cut in two. `hide` takes out what nobody may
 * see: of a line that is told before its end, half is told then, and no more, since what is hidden could be cut in two.
 */
export function captured(onLine: ((line: string) => void) | undefined, hide?: (text: string) => string): Captured {
  const decoder = new StringDecoder("utf8");
  const chunks: Buffer[] = [];
  let kept = 0;
  let rest = "";
  let isCut = false;
  const tell = (line: string): void => {
    if (!isCut) onLine?.(hide?.(line) ?? line);
    isCut = false;
  };
  return {
    take(chunk) {
      chunks.push(chunk);
      kept += chunk.length;
      while (kept > keptBytes && chunks.length > 1) kept -= chunks.shift()?.length ?? 0;
      if (onLine === undefined) return;
      const lines = (rest + decoder.write(chunk)).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) tell(line);
      if (rest.length < longestLine) return;
      if (hide === undefined) onLine(rest);
      else if (!isCut) onLine(`${hide(rest).slice(0, longestLine / 2)}…`);
      isCut = hide !== undefined;
      rest = "";
    },
    end() {
      rest += decoder.end();
      if (rest !== "") tell(rest);
      rest = "";
    },
    text() {
      const text = Buffer.concat(chunks).toString("utf8");
      return hide?.(text) ?? text;
    },
  };
}
