/** Every command: its words, its options, and what carries it out, which is loaded only when it runs. */
import { keepingCommands } from "./command-words/keeping.ts";
import { makingCommands } from "./command-words/making.ts";
import { preparingCommands } from "./command-words/preparing.ts";
import { publishingCommands } from "./command-words/publishing.ts";
import { verifyingCommands } from "./command-words/verifying.ts";
import type { CommandWords } from "./command-words/words.ts";

export const summary = "One git tag in, every distributable out: build, pack, publish and verify releases.";

/** In the order of a release's life. */
export const commands: readonly CommandWords[] = [
  ...preparingCommands,
  ...makingCommands,
  ...publishingCommands,
  ...verifyingCommands,
  ...keepingCommands,
];
