/** What a store may use, in tests: nobody is logged in anywhere. */
import type { StoreContext } from "../../src/store/kind.ts";

/** `secrets` are by `env:NAME`. */
export function contextOf(root: string, release: string, secrets: Readonly<Record<string, string>> = {}): StoreContext {
  return {
    root,
    release,
    env: { HOME: root, PATH: process.env["PATH"] },
    secret: async ({ from, name }) => Buffer.from(secrets[`${from}:${name}`] ?? ""),
  };
}
