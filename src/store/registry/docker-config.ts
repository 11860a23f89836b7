/** Docker's config.json and podman's auth.json: who is logged in where (docker-login(1), containers-auth.json(5)). */
import { readFile } from "node:fs/promises";
import { z } from "zod";

import { errnoOf, onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import { type Credentials, passwordOf } from "./login.ts";

const text = z.string().nullish();
const auth = z.looseObject({ auth: text, username: text, password: text, identitytoken: text, registrytoken: text });
const schema = z.looseObject({
  auths: z.record(z.string(), auth).nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
  credsStore: text,
});

export type DockerConfig = z.infer<typeof schema>;

/** Undefined where there is no such file. Fails with `format.invalid`, which shows nothing of what the file holds. */
export async function readConfigFile(path: string): Promise<DockerConfig | undefined> {
  try {
    return readConfigText(await readFile(path, "utf8"), path);
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT" || errnoOf(thrown) === "ENOTDIR") return undefined;
    return onDisk(path, () => Promise.reject(thrown as Error));
  }
}

export function readConfigText(json: string, where: string): DockerConfig {
  const result = schema.safeParse(parsed(json));
  if (result.success) return result.data;
  throw new Problem("format.invalid", `${where} is no configuration of docker`, {
    hint: "It is where credentials of registries are looked for: repair it, or log in again.",
  });
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // the parser's own message would quote what may be a secret
  }
}

/** What a configuration says of a registry: credentials, or which helper has them, asked by that server's name. */
export function loginOf(
  { auths, credHelpers, credsStore }: DockerConfig,
  registry: string,
  repository: string,
): { readonly credentials?: Credentials | undefined; readonly helper?: string | undefined; readonly server: string } {
  const names = namesOf(registry);
  const server = names[0] ?? registry;
  const helper = names.map((name) => credHelpers?.[name]).find((found) => found !== undefined);
  if (helper !== undefined) return { helper, server: registry === dockerHub ? server : registry };
  const entries = Object.entries(auths ?? {}).map(([key, entry]) => [normal(key), entry] as const);
  for (const name of candidates(names, repository)) {
    const entry = entries.find(([key]) => key === name)?.[1];
    const credentials = entry === undefined ? undefined : credentialsOf(entry);
    if (credentials !== undefined) return { credentials, server };
  }
  return credsStore === null || credsStore === undefined || credsStore === ""
    ? { server }
    : { helper: credsStore, server };
}

const dockerHub = "docker.io";

function namesOf(registry: string): readonly string[] {
  return registry === dockerHub
    ? ["https://index.docker.io/v1/", "index.docker.io", "docker.io", "registry-1.docker.io"]
    : [registry];
}

/** Longest first: `ghcr.io/acme/tool`, `ghcr.io/acme`, `ghcr.io`. */
function candidates(names: readonly string[], repository: string): readonly string[] {
  const parts = repository.split("/");
  const paths = parts.map((_, index) => `/${parts.slice(0, parts.length - index).join("/")}`);
  return [...paths, ""].flatMap((path) => names.map((name) => `${normal(name)}${path}`));
}

/** Old versions of docker wrote addresses: `https://ghcr.io/v2/`. */
function normal(key: string): string {
  return key.replace(/^https?:\/\//, "").replace(/\/(v[12]\/?)?$/, "");
}

function credentialsOf({ auth: both, username, password, identitytoken, registrytoken }: z.infer<typeof auth>) {
  if (isGiven(registrytoken)) return { kind: "bearer", token: registrytoken } as const;
  if (isGiven(identitytoken)) return { kind: "identity", token: identitytoken } as const;
  if (isGiven(username) && isGiven(password)) return passwordOf(username, password);
  const [, name, secret] = /^([^:]*):([^]*)$/.exec(Buffer.from(both ?? "", "base64").toString("utf8")) ?? [];
  if (name === undefined || secret === undefined) return undefined;
  return passwordOf(name, secret.replace(/\0+$/, ""));
}

function isGiven(value: string | null | undefined): value is string {
  return value !== undefined && value !== null && value !== "";
}
