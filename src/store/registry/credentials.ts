/** Finds the credentials for a registry: the store's own, else those that docker, podman and skopeo use. */
import { homedir } from "node:os";
import { join } from "node:path";

import { type DockerConfig, loginOf, readConfigFile, readConfigText } from "./docker-config.ts";
import { askHelper } from "./credential-helper.ts";
import type { Credentials } from "./login.ts";

export interface FoundCredentials {
  readonly credentials: Credentials | undefined;
  /** Where they were looked for, in order, the last being where they were found: for messages. */
  readonly looked: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The credentials for `registry`, or for a repository in it where a file names that. In order: DOCKER_AUTH_CONFIG (JSON),
 * REGISTRY_AUTH_FILE, DOCKER_CONFIG/config.json or ~/.docker/config.json, podman's auth.json. In each: `credHelpers`, `auths`,
 * `credsStore`. Fails with `format.invalid` on a file that is not JSON.
 */
export async function findCredentials(
  registry: string,
  repository: string,
  env: Environment,
): Promise<FoundCredentials> {
  const looked: string[] = [];
  for (const { where, read } of places(env)) {
    const config = await read();
    looked.push(config === undefined ? `${where} (not there)` : where);
    if (config === undefined) continue;
    const credentials = await findIn(config, { registry, repository, env, looked });
    if (credentials !== undefined) return { credentials, looked };
  }
  return { credentials: undefined, looked };
}

interface ConfigPlace {
  readonly where: string;
  readonly read: () => Promise<DockerConfig | undefined>;
}

function places(env: Environment): readonly ConfigPlace[] {
  const home = env["HOME"] ?? homedir();
  const file = (path: string): ConfigPlace => ({ where: path, read: () => readConfigFile(path) });
  const text = env["DOCKER_AUTH_CONFIG"] ?? "";
  const own = env["REGISTRY_AUTH_FILE"] ?? "";
  const runtime = env["XDG_RUNTIME_DIR"] ?? "";
  return [
    ...(text === ""
      ? []
      : [{ where: "DOCKER_AUTH_CONFIG", read: async () => readConfigText(text, "DOCKER_AUTH_CONFIG") }]),
    ...(own === "" ? [] : [file(own)]),
    file(join(env["DOCKER_CONFIG"] || join(home, ".docker"), "config.json")),
    ...(runtime === "" ? [] : [file(join(runtime, "containers", "auth.json"))]),
    file(join(env["XDG_CONFIG_HOME"] || join(home, ".config"), "containers", "auth.json")),
  ];
}

interface Wanted {
  readonly registry: string;
  readonly repository: string;
  readonly env: Environment;
  readonly looked: string[];
}

async function findIn(
  config: DockerConfig,
  { registry, repository, env, looked }: Wanted,
): Promise<Credentials | undefined> {
  const login = loginOf(config, registry, repository);
  if (login.credentials !== undefined) return login.credentials;
  if (login.helper === undefined) return undefined;
  const answer = await askHelper(login.helper, login.server, env);
  looked.push(`docker-credential-${login.helper}${answer.why === undefined ? "" : ` (${answer.why})`}`);
  return answer.credentials;
}
