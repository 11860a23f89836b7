/** Real object stores, each in a throw-away folder and on a port of its own of this machine; both check signatures. */
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { judge } from "../judges.ts";
import { type Server, startServer } from "./server.ts";

export const objectServers = ["minio", "versitygw"] as const;
export type ObjectServerKind = (typeof objectServers)[number];

export interface ObjectServer {
  /** `http://127.0.0.1:41473`. */
  readonly url: string;
  /** The folder that a bucket is. */
  kept(bucket: string): string;
  /** Takes away everything in it, and what is kept of that elsewhere; uploads that have no name too. */
  empty(bucket: string): void;
  stop(): Promise<void>;
}

/** The only user, who may do everything. */
export const objectUser = { accessKey: "ada", secretKey: "correct-horse-battery" } as const;

/** Starts it with empty buckets of these names; its program is a judge of the same name. */
export async function startObjectServer(kind: ObjectServerKind, buckets: readonly string[]): Promise<ObjectServer> {
  const program = judge(kind);
  if (program === undefined) throw new Error(`${kind} is not installed`);
  const folder = mkdtempSync(join(tmpdir(), `slipway-${kind}-`));
  // Both keep a bucket as a folder.
  for (const name of buckets) mkdirSync(join(folder, "kept", name), { recursive: true });
  const port = await freePort();
  try {
    const server = await starters[kind]({ program, folder, port });
    return {
      url: `http://127.0.0.1:${port}`,
      kept: (bucket) => join(folder, "kept", bucket),
      empty(bucket) {
        const within = (...path: string[]): readonly string[] => {
          const at = join(folder, ...path, bucket);
          return existsSync(at) ? readdirSync(at).map((name) => join(at, name)) : [];
        };
        for (const path of [...within("kept"), ...within("beside")]) rmSync(path, { recursive: true });
      },
      async stop() {
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

interface Start {
  readonly program: string;
  readonly folder: string;
  readonly port: number;
}

const starters: Readonly<Record<ObjectServerKind, (start: Start) => Promise<Server>>> = {
  minio: ({ program, folder, port }) =>
    startServer(program, ["server", join(folder, "kept"), "--address", `127.0.0.1:${port}`], {
      ready: /^API: /,
      env: {
        HOME: folder,
        MINIO_ROOT_USER: objectUser.accessKey,
        MINIO_ROOT_PASSWORD: objectUser.secretKey,
        MINIO_BROWSER: "off",
        MINIO_UPDATE: "off",
      },
    }),
  versitygw: ({ program, folder, port }) => {
    mkdirSync(join(folder, "beside"));
    const backend = ["posix", "--sidecar", join(folder, "beside"), join(folder, "kept")];
    return startServer(program, ["--port", `127.0.0.1:${port}`, ...backend], {
      ready: /http:\/\/127\.0\.0\.1:\d+/,
      env: { ROOT_ACCESS_KEY: objectUser.accessKey, ROOT_SECRET_KEY: objectUser.secretKey },
    });
  },
};

/** Neither takes port 0. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
