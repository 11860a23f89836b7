/** Attacks by a server: bytes without end, bytes that hardly come, and ways to other places. */
import { readFile } from "node:fs/promises";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";

import { type Attack, type AttackResult, refusalOf, tryAll, type Variant } from "../attack.ts";
import type { World } from "../world.ts";

/** Milliseconds in which a verifier has to have given up. */
const patience = 60_000;

type Answer = (response: ServerResponse, name: string, folder: string) => void | Promise<void>;

/** Serves the Release; `odd` answers for names it takes, and says so. */
async function withServer<T>(listener: RequestListener, work: (base: string) => Promise<T>): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const genuine: Answer = async (response, name, folder) => {
  const bytes = await readFile(join(folder, name)).catch(() => undefined);
  if (bytes === undefined) response.writeHead(404).end();
  else response.writeHead(200, { "content-length": bytes.length }).end(bytes);
};

/** The Release behind an address where one file is answered otherwise. */
function serving(world: World, what: string, odd: string, answer: Answer): Variant {
  return {
    what,
    async verdict() {
      const folder = await world.copy();
      const listener: RequestListener = ({ url = "/" }, response) => {
        const name = basename(decodeURIComponent(new URL(url, "http://localhost").pathname));
        void Promise.resolve(name === odd ? answer(response, name, folder) : genuine(response, name, folder)).catch(
          () => response.destroy(),
        );
      };
      return withServer(listener, (base) =>
        world.engine.url(`${base}/release/`, world.trust, AbortSignal.timeout(patience)),
      );
    },
  };
}

/** Writes for as long as anybody reads. */
const endless: Answer = (response) => {
  response.writeHead(200, { "content-type": "application/octet-stream" });
  const chunk = Buffer.alloc(256 * 1024, " ");
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
    response.once("drain", more);
  };
  more();
};

export const endlessData: Attack = {
  number: 7,
  name: "endless data",
  waits: true,
  async run(world) {
    const [largest] = world.release.artifacts.toSorted((a, b) => b.size - a.size);
    const names = ["release.json", ...(largest === undefined ? [] : [largest.name])];
    return tryAll(
      names.flatMap((name): readonly Variant[] => [
        serving(world, `${name} never ends`, name, endless),
        serving(world, `${name} ends before its length`, name, (response) => {
          response.writeHead(200, { "content-length": 1_000_000 });
          response.write("{");
          setTimeout(() => response.destroy(), 50);
        }),
        serving(world, `${name} is compressed on its way`, name, (response) => {
          const bytes = gzipSync(Buffer.alloc(64 * 1024 * 1024));
          response.writeHead(200, { "content-encoding": "gzip", "content-length": bytes.length }).end(bytes);
        }),
      ]),
    );
  },
};

export const slowRetrieval: Attack = {
  number: 8,
  name: "slow retrieval",
  waits: true,
  async run(world) {
    return tryAll([
      serving(world, "release.json comes a byte a second", "release.json", (response) => {
        response.writeHead(200, { "content-length": 100_000 });
        const timer = setInterval(() => response.write(" "), 1000);
        response.on("close", () => clearInterval(timer));
      }),
    ]);
  },
};

export const redirects: Attack = {
  number: 28,
  name: "redirects",
  waits: true,
  async run(world) {
    const to =
      (location: string): Answer =>
      (response) =>
        void response.writeHead(302, { location }).end();
    const refused = await tryAll([
      serving(world, "release.json is elsewhere without end", "release.json", to("/release/release.json")),
      serving(world, "release.json is a file of this machine", "release.json", to("file:///etc/passwd")),
      serving(world, "release.json is in a data: address", "release.json", to("data:application/json,{}")),
    ]);
    return refused.outcome === "refused" ? leaked(world, refused) : refused;
  },
};

/** Whether a password for one server reaches another that the first one names. */
async function leaked(world: World, otherwise: AttackResult): Promise<AttackResult> {
  const seen: string[] = [];
  const other: RequestListener = ({ headers }, response) => {
    if (headers.authorization !== undefined) seen.push(headers.authorization);
    response.writeHead(404).end();
  };
  await withServer(other, (second) =>
    withServer(
      (_request, response) =>
        void response.writeHead(302, { location: `${second.replace("127.0.0.1", "localhost")}/release.json` }).end(),
      (first) =>
        refusalOf(() =>
          world.engine.url(
            `${first.replace("//", "//user:secret@")}/release/`,
            world.trust,
            AbortSignal.timeout(patience),
          ),
        ),
    ),
  );
  if (seen.length === 0) return otherwise;
  return { outcome: "accepted", variants: 4, detail: "a password went to a second server" };
}
