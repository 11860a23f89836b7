/** A registry of npm packages, verdaccio, with one user: in a throw-away folder, on a port of its own of this machine. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { judge } from "../judges.ts";
import { freePort } from "./gitea.ts";
import { startServer } from "./server.ts";

export interface Verdaccio {
  /** `http://localhost:41473/` */
  readonly url: string;
  readonly user: string;
  readonly token: string;
  stop(): Promise<void>;
}

/** Starts it, empty, and knowing of no other registry; everybody may read, only the user may publish. */
export async function startVerdaccio(): Promise<Verdaccio> {
  const program = judge("verdaccio");
  if (program === undefined) throw new Error("verdaccio is not installed");
  const folder = mkdtempSync(join(tmpdir(), "slipway-verdaccio-"));
  const port = await freePort();
  const config = join(folder, "config.yaml");
  mkdirSync(join(folder, "storage"));
  const everything = { access: "$all", publish: "$authenticated", unpublish: "$authenticated" };
  // JSON is YAML too.
  writeFileSync(
    config,
    JSON.stringify({
      storage: join(folder, "storage"),
      web: { enable: false },
      auth: { htpasswd: { file: join(folder, "htpasswd"), algorithm: "sha1" } },
      uplinks: {},
      packages: { "@*/*": everything, "**": everything },
      max_body_size: "20mb",
      log: { type: "stdout", format: "pretty", level: "warn" },
    }),
  );
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const args = ["--config", config, "--listen", `127.0.0.1:${port}`];
    const server = await startServer(process.execPath, [program, ...args], {
      ready: /http address - http:\/\//,
      cwd: folder,
    });
    const url = `http://127.0.0.1:${port}/`;
    const stop = async (): Promise<void> => {
      await server.stop();
      remove();
    };
    return { url, user: "ada", token: await addUser(url, "ada", "correct horse"), stop };
  } catch (error) {
    remove();
    throw error;
  }
}

async function addUser(url: string, name: string, password: string): Promise<string> {
  const answer = await fetch(`${url}-/user/org.couchdb.user:${name}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, password }),
  });
  const { token } = (await answer.json()) as { readonly token?: string };
  if (token === undefined) throw new Error(`verdaccio gave no token: ${answer.status}`);
  return token;
}
