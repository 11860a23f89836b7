/** What stores may use: the project, the Release, the operator's environment and secrets. */
import { resolve } from "node:path";

import { readConfig } from "../../input/index.ts";
import type { ReleaseAbout } from "../../model/about.ts";
import type { StoreContext } from "../../store/kind.ts";
import { keyring } from "../keys.ts";
import { fetchSecret } from "../secrets.ts";
import { renderStoreText, storeCommands } from "../store-commands.ts";
import { kinds } from "../tables.ts";

export interface ContextOf {
  /** Absolute path of the project; relative folders start there. */
  readonly root: string;
  /** Absolute path of the Release. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Whether drafts are published that the config leaves to a person. */
  readonly drafts?: boolean | undefined;
  /** The config's file, where it is not the usual one: its keys sign. */
  readonly config?: string | undefined;
  /** Whether nothing is signed there. */
  readonly unsigned?: boolean | undefined;
  /** Given each line that commands of stores print. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** What a store is opened with. No secret is asked for before a store wants it. */
export function storeContext(
  { root, folder, signal, drafts, config, unsigned, onLine }: ContextOf,
  about: ReleaseAbout,
): StoreContext {
  const { env, platform } = process;
  const keys = keyring(() => readConfig({ dir: root, file: config && resolve(config), kinds }), env);
  return {
    root,
    release: folder,
    about,
    env,
    signal,
    ...(drafts === undefined ? {} : { drafts }),
    secret: (name) => fetchSecret(name, { root, env, platform, signal }),
    ...(unsigned === true ? {} : { signer: (name: string) => keys.open(name, about.epoch, signal) }),
    render: (text, names) => renderStoreText(text, names, root),
    run: storeCommands({ root, env, signal, onLine }),
  };
}
