/** A command store's options, as the Plan has them. */
import { z } from "zod";

const text = z.union([z.string(), z.strictObject({ late: z.string(), with: z.record(z.string(), z.json()) })]);
const words = z.union([text, z.array(text)]);
const secret = z.object({ from: z.enum(["env", "file", "keychain", "run"]), name: z.string() });

/** An empty list of words is a command that was left out. */
export const decidedCommand = z.object({
  command: words,
  check: words,
  remove: words,
  once: z.boolean(),
  env: z.record(z.string(), text),
  secrets: z.record(z.string(), secret),
  /** Seconds. */
  timeout: z.number(),
  turn: z.enum(["names", "final", "pointers"]),
});

export type DecidedCommand = z.infer<typeof decidedCommand>;
