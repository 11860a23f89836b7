/** What a store may use, in tests: nobody is logged in anywhere. */
import { renderStoreText, storeCommands } from "../../src/cli/store-commands.ts";
import type { ReleaseAbout } from "../../src/model/about.ts";
import type { StoreContext } from "../../src/store/kind.ts";

/** A Release called `tool` 1.2.3, without notes, and what a test says of it. */
export function aboutOf(more: Partial<ReleaseAbout> = {}): ReleaseAbout {
  return {
    project: "tool",
    title: "tool 1.2.3",
    version: "1.2.3",
    tag: "v1.2.3",
    previousTag: "",
    commit: "1".repeat(40),
    epoch: 1_769_774_400,
    channel: "stable",
    isSnapshot: false,
    isNightly: false,
    isPrerelease: false,
    notes: async () => "",
    ...more,
  };
}

/** `secrets` are by `env:NAME`. */
export function contextOf(root: string, release: string, secrets: Readonly<Record<string, string>> = {}): StoreContext {
  return {
    root,
    release,
    about: aboutOf(),
    env: { HOME: root, PATH: process.env["PATH"] },
    secret: async ({ from, name }) => Buffer.from(secrets[`${from}:${name}`] ?? ""),
    render: (text, names) => renderStoreText(text, names, root),
    run: storeCommands({ root, env: process.env, signal: new AbortController().signal }),
  };
}
