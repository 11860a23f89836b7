/** Real registries, each in a throw-away folder and on a port of its own of this machine, over plain HTTP. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { judge } from "../judges.ts";
import { type Server, startServer } from "./server.ts";
import { startTokens } from "./tokens.ts";

/** Debian's docker-registry 2.8, distribution 3, `crane registry serve`; only the last, crane's with more, has the API of referrers. */
export const registryKinds = ["docker-registry", "distribution", "crane", "referrers-registry"] as const;
export type RegistryKind = (typeof registryKinds)[number];

export interface Registry {
  /** `localhost:41473`: what stands before the repository in a reference. */
  readonly host: string;
  /** `http://localhost:41473`. */
  readonly url: string;
  /** Forgets all that was pushed; not of crane's, which remember it. */
  empty(): void;
  /** Ends it and removes what was pushed to it. */
  stop(): Promise<void>;
}

export interface RegistryOptions {
  /** Whom it asks for: by basic auth, or for a token of a server of its own, which asks by basic auth. Crane's have neither. */
  readonly auth?: "basic" | "token";
}

/** The only user of a registry that asks for one. */
export const registryUser = { username: "ada", password: "correct horse" } as const;

/** Starts an empty registry; its program is a judge of the same name. Deleting is allowed. */
export async function startRegistry(kind: RegistryKind, options: RegistryOptions = {}): Promise<Registry> {
  const program = judge(kind);
  if (program === undefined) throw new Error(`${kind} is not installed`);
  const folder = mkdtempSync(join(tmpdir(), "slipway-registry-"));
  const tokens = options.auth === "token" ? await startTokens(registryUser) : undefined;
  const remove = async (): Promise<void> => {
    await tokens?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const auth = options.auth === "basic" ? basicAuth(folder) : tokens?.auth(folder);
    const server = await starters[kind]({ program, folder, auth });
    const host = `localhost:${server.said[0] ?? ""}`;
    return {
      host,
      url: `http://${host}`,
      empty: () => rmSync(join(folder, "pushed"), { recursive: true, force: true }),
      async stop() {
        await server.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Gives `body` a registry for as long as it takes. */
export async function withRegistry<Result>(
  kind: RegistryKind,
  body: (registry: Registry) => Promise<Result>,
  options: RegistryOptions = {},
): Promise<Result> {
  const registry = await startRegistry(kind, options);
  try {
    return await body(registry);
  } finally {
    await registry.stop();
  }
}

interface Start {
  readonly program: string;
  readonly folder: string;
  /** The part of the configuration that says whom it lets in. */
  readonly auth: object | undefined;
}

const starters: Readonly<Record<RegistryKind, (start: Start) => Promise<Server>>> = {
  "docker-registry": startDistribution,
  distribution: startDistribution,
  crane: (start) => startCranes(start, ["registry", "serve", "--address=127.0.0.1:0", `--disk=${start.folder}`]),
  "referrers-registry": (start) => startCranes(start, []),
};

function startDistribution({ program, folder, auth }: Start): Promise<Server> {
  const file = join(folder, "config.json");
  const config = {
    version: 0.1,
    log: { level: "info", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, "pushed") }, delete: { enabled: true } },
    http: { addr: "127.0.0.1:0", secret: "of this test" },
    ...auth,
  };
  // JSON is YAML too.
  writeFileSync(file, JSON.stringify(config));
  const ready = /listening on 127\.0\.0\.1:(\d+)/;
  return startServer(program, ["serve", file], { ready, env: { OTEL_TRACES_EXPORTER: "none" } });
}

function startCranes({ program, auth }: Start, args: readonly string[]): Promise<Server> {
  if (auth !== undefined) throw new Error("crane's registries let everybody in");
  return startServer(program, args, { ready: /serving on port (\d+)/ });
}

// bcrypt of registryUser's password: the registry takes no other hash, and Node makes none.
const htpasswd = "ada:$2b$04$hrovU5qwEIolZVcC23yXO.aIM/yIqcqw5duMG211/wr/1U8L3sCNu\n";

function basicAuth(folder: string): object {
  const path = join(folder, "htpasswd");
  writeFileSync(path, htpasswd);
  chmodSync(path, 0o600);
  return { auth: { htpasswd: { realm: "tests", path } } };
}
