/** An index of Python packages, pypiserver, which lets everybody in: in a throw-away folder, on a port of its own of this machine. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { judge } from "../judges.ts";
import { freePort } from "./gitea.ts";
import { startServer } from "./server.ts";

export interface PypiServer {
  /** `http://127.0.0.1:41473/`, which takes uploads; files are listed below `simple/`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** `hash`: by which digest it names files in its list. */
export async function startPypiServer(hash: "sha256" | "md5" = "sha256"): Promise<PypiServer> {
  const program = judge("pypiserver");
  if (program === undefined) throw new Error("pypiserver is not installed");
  const folder = mkdtempSync(join(tmpdir(), "slipway-pypiserver-"));
  const packages = join(folder, "packages");
  mkdirSync(packages);
  const port = await freePort();
  const args = [
    "run",
    "-i",
    "127.0.0.1",
    "-p",
    `${port}`,
    "-P",
    ".",
    "-a",
    ".",
    "--hash-algo",
    hash,
    "--disable-fallback",
  ];
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const options = { ready: /Listening on /, env: { PYTHONUNBUFFERED: "1" }, cwd: folder };
    const server = await startServer(program, [...args, "-v", packages], options);
    const stop = async (): Promise<void> => {
      await server.stop();
      remove();
    };
    return { url: `http://127.0.0.1:${port}/`, stop };
  } catch (error) {
    remove();
    throw error;
  }
}
