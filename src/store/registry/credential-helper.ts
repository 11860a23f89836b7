/** Asks a credential helper, `docker-credential-NAME` (github.com/docker/docker-credential-helpers, "Development"). */
import { execFile } from "node:child_process";
import { z } from "zod";

import { errnoOf } from "../../model/disk.ts";
import { type Credentials, passwordOf } from "./login.ts";

const schema = z.looseObject({ Username: z.string(), Secret: z.string() });

export interface HelperAnswer {
  readonly credentials: Credentials | undefined;
  /** Why there are none; never what the helper printed, which may be a secret. */
  readonly why: string | undefined;
}

/** Milliseconds a helper may take: some ask people. */
const patience = 60_000;

/** What the helper has for a server. A helper that fails is as good as none: the registry may want no credentials at all. */
export async function askHelper(
  helper: string,
  server: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<HelperAnswer> {
  if (!/^[\w.-]+$/.test(helper)) return { credentials: undefined, why: "no name of a helper" };
  const { printed, why } = await run(`docker-credential-${helper}`, server, env);
  if (why !== undefined) return { credentials: undefined, why };
  const result = schema.safeParse(parsed(printed));
  if (!result.success) return { credentials: undefined, why: "its answer cannot be read" };
  const { Username, Secret } = result.data;
  if (Secret === "") return { credentials: undefined, why: "nothing for this registry" };
  return { credentials: passwordOf(Username, Secret), why: undefined };
}

function run(
  command: string,
  server: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly printed: string; readonly why: string | undefined }> {
  return new Promise((resolve) => {
    const child = execFile(command, ["get"], { env: { ...env }, timeout: patience }, (error, printed) => {
      const isMissing = errnoOf(error) === "ENOENT";
      const failed = /credentials not found/.test(printed) ? "nothing for this registry" : "it failed";
      resolve({ printed, why: error === null ? undefined : isMissing ? "not installed" : failed });
    });
    child.stdin?.on("error", () => undefined); // it may not read what it is asked; its exit says the rest
    child.stdin?.end(server);
  });
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
