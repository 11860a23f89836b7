/** Command lines split as sh splits them, and what only a shell could do refused. */
import { execFileSync } from "node:child_process";

import fc from "fast-check";
import { expect, test } from "vitest";

import { splitWords } from "../../src/make/words.ts";
import { Problem } from "../../src/model/problem.ts";

function bySh(text: string): readonly string[] {
  const out = execFileSync("sh", [
    "-c",
    `set -- ${text}\nfor word in "$@"; do printf '%s\\0' "$word"; done`,
  ]).toString();
  return out.split("\0").slice(0, -1);
}

function problemOf(text: string): Problem {
  try {
    splitWords(text, { file: "slipway.yaml", line: 3, column: 5 });
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown;
    throw thrown;
  }
  throw new Error(`no problem with ${text}`);
}

test.each([
  "go build ./...",
  "  spaced\t out \n",
  `-ldflags '-X main.v=a b' "two words" plain`,
  String.raw`a\ b "c\"d" 'e\f' "g\h" \$HOME \'`,
  `''  "" x""y`,
  `make man VERSION=1.2.3 {a,b} #1x`.replace(" #1x", ""),
  "joined\\\nline",
])("%j is split as sh splits it", (text) => {
  expect(splitWords(text)).toEqual(bySh(text));
});

test("any words, quoted by the rules of sh, come back as they were", () => {
  const word = fc.string({
    unit: fc.constantFrom("a", " ", "'", '"', "\\", "$", "*", "é", "\n", "=", "~", "|"),
    maxLength: 8,
  });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 5 }), (words) => {
      const single = words.map((text) => `'${text.replaceAll("'", `'\\''`)}'`).join(" ");
      const double = words.map((text) => `"${text.replace(/[$`"\\]/g, "\\$&")}"`).join(" ");
      expect(splitWords(single)).toEqual(words);
      expect(splitWords(double)).toEqual(words);
    }),
  );
});

test.each([
  "a | b",
  "a && b",
  "a; b",
  "a > f",
  "echo $HOME",
  'echo "$HOME"',
  "rm out/*",
  "a `b`",
  "(a)",
  "make a\nmake b",
  "ls ~/x",
  "FOO=1 make",
])("%s is refused, with a hint to ask for a shell", (text) => {
  const problem = problemOf(text);
  expect(problem.code).toBe("config.invalid");
  expect(problem.hint).toContain("sh -c '...'");
  expect(problem.place?.line).toBe(3);
});

test.each(["echo 'a", 'echo "a'])("%s is refused, since its quote is never closed", (text) => {
  expect(problemOf(text).message).toContain("never closed");
});
