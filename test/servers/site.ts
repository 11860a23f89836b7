/** Serves a folder over HTTP as release hosts do, and misbehaves where a test says so. */
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** Answers a request, or leaves it to the folder by returning false. */
export type Misbehaviour = (request: IncomingMessage, response: ServerResponse, name: string) => boolean;

export interface Site {
  /** `http://127.0.0.1:1234/v1.2.3/`. */
  readonly url: string;
  /** Every request there was, with its headers. */
  readonly asked: readonly {
    readonly method: string;
    readonly name: string;
    readonly headers: IncomingMessage["headers"];
  }[];
  stop(): Promise<void>;
}

export async function startSite(folder: string, misbehave: Misbehaviour = () => false): Promise<Site> {
  const asked: { method: string; name: string; headers: IncomingMessage["headers"] }[] = [];
  const server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? "/").split("/").at(-1) ?? "");
    asked.push({ method: request.method ?? "", name, headers: request.headers });
    if (misbehave(request, response, name)) return;
    const path = join(folder, name);
    if (name === "" || statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
      response.writeHead(404).end("not found");
      return;
    }
    const bytes = readFileSync(path);
    response.writeHead(200, { "content-length": bytes.length }).end(request.method === "HEAD" ? undefined : bytes);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1.2.3/`,
    asked,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
