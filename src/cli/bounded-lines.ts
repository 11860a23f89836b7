/** Lines of a program that may print for ever: so many are told, and then that there were more. */

/** What is told of one run at most: lines, and characters of all of them. */
const [mostLines, mostText] = [10_000, 1024 * 1024];

export interface BoundedLines {
  readonly take: (line: string) => void;
  /** To be called after the last line: tells how many were left out. */
  readonly end: () => void;
}

export function boundedLines(onLine: (line: string) => void): BoundedLines {
  let [lines, text, left] = [0, 0, 0];
  return {
    take(line) {
      lines += 1;
      text += line.length;
      if (left === 0 && lines <= mostLines && text <= mostText) return onLine(line);
      if (left === 0) onLine("... what it prints from here on is not shown");
      left += 1;
    },
    end() {
      if (left > 0) onLine(`... ${left} more lines are not shown`);
    },
  };
}
