/** A whole forge, Gitea, with one user: in a throw-away folder, on a port of its own of this machine, over plain HTTP. */
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { judge } from "../judges.ts";
import { execute, holdObstacle } from "./holder.ts";
import { startServer } from "./server.ts";

export interface Gitea {
  /** `localhost:41473`: its registry of containers has repositories below `USER/`. */
  readonly host: string;
  /** `http://localhost:41473` */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Of the user, who may do everything; stands in the place of the password too. */
  readonly token: string;
  /** Another token of the user's, which may do only this: `read:repository`. */
  tokenWith(...scopes: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Why no Gitea can be run here, or undefined where it can; its judge is `gitea`. */
export { holdObstacle as giteaObstacle };

/** Gitea refuses to be run by root. */
const account = "nobody";

/** Starts it with nothing but a user, in about 2 s. */
export async function startGitea(): Promise<Gitea> {
  const program = judge("gitea");
  if (program === undefined) throw new Error("gitea is not installed");
  const folder = mkdtempSync(join(tmpdir(), "slipway-gitea-"));
  const port = await freePort();
  const host = `localhost:${port}`;
  const url = `http://${host}`;
  const [user, password] = ["ada", "correct horse"];
  const config = join(folder, "app.ini");
  mkdirSync(join(folder, "gitea"));
  writeFileSync(config, configuration(folder, port));
  const [uid, gid] = ["-u", "-g"].map((option) => execFileSync("id", [option, account], { encoding: "utf8" }).trim());
  execFileSync("chown", ["-R", `${uid}:${gid}`, folder]);

  // The cache of judges may stand where only root can read: the program is bound to where everybody can.
  const become = ["setpriv", "--pdeathsig=KILL", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
  const empty = ["env", "-i", `HOME=${folder}`, `PATH=${process.env["PATH"] ?? ""}`];
  const script = 'mount --bind "$1" "$2/gitea"; folder=$2; shift 2; cd "$folder"; exec "$@"';
  const bound = ["--mount", "sh", "-ec", script, "sh", dirname(program), folder, ...become, ...empty];
  const words = (...args: readonly string[]): readonly string[] => [
    ...bound,
    join(folder, "gitea", "gitea"),
    "--config",
    config,
    ...args,
  ];
  const administer = async (...args: readonly string[]): Promise<void> => {
    const { status, stdout, stderr } = await execute("unshare", words(...args), process.env);
    if (status !== 0) throw new Error(`gitea ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  };
  try {
    await administer("migrate");
    const person = ["--username", user, "--password", password, "--email", "ada@example.com", "--admin"];
    await administer("admin", "user", "create", ...person, "--must-change-password=false");
    const server = await startServer("unshare", words("web"), { ready: /Listen: http:\/\// });
    const answering = await untilAnswers(`${url}/api/v1/version`);
    if (!answering) throw new Error("gitea does not answer");
    const stop = async (): Promise<void> => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    };
    const tokenWith = (...scopes: readonly string[]): Promise<string> => tokenOf({ url, user, password }, scopes);
    return { host, url, user, password, token: await tokenWith("all"), tokenWith, stop };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function configuration(folder: string, port: number): string {
  return `
APP_NAME = tests
RUN_USER = ${account}
WORK_PATH = ${folder}
[server]
PROTOCOL = http
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${port}
DOMAIN = localhost
ROOT_URL = http://localhost:${port}/
STATIC_ROOT_PATH = ${join(folder, "gitea")}
DISABLE_SSH = true
OFFLINE_MODE = true
[database]
DB_TYPE = sqlite3
PATH = ${join(folder, "gitea.db")}
[security]
INSTALL_LOCK = true
SECRET_KEY = of this test
PASSWORD_HASH_ALGO = pbkdf2_v1
[service]
DISABLE_REGISTRATION = true
[log]
MODE = console
LEVEL = Info
[cron]
ENABLED = false
[indexer]
ISSUE_INDEXER_TYPE = db
`;
}

async function tokenOf(
  { url, user, password }: Pick<Gitea, "url" | "user" | "password">,
  scopes: readonly string[],
): Promise<string> {
  const answer = await fetch(`${url}/api/v1/users/${user}/tokens`, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ name: randomUUID(), scopes }),
  });
  const { sha1 } = (await answer.json()) as { readonly sha1?: string };
  if (sha1 === undefined) throw new Error(`gitea gave no token: ${answer.status}`);
  return sha1;
}

/** For servers that take no port 0: Gitea's own addresses hold the port. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** It says that it listens just before it does. */
async function untilAnswers(url: string): Promise<boolean> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
