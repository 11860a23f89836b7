/** A server that announcements go to: it keeps what it was sent, checks it by a schema, and answers as it is told. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Heard {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What is answered; `cut` ends the connection once the request was read. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface AnnounceServer {
  readonly url: string;
  readonly heard: Heard[];
  /** Answers everything from now on; what it throws is answered with 400, and thrown again by `close`. */
  answer(reply: (heard: Heard) => Reply | "cut"): void;
  close(): Promise<void>;
}

export async function startAnnounceServer(): Promise<AnnounceServer> {
  const heard: Heard[] = [];
  const thrown: unknown[] = [];
  let reply: (heard: Heard) => Reply | "cut" = () => ({ status: 200 });
  const replyTo = (one: Heard): Reply | "cut" => {
    try {
      return reply(one);
    } catch (error) {
      thrown.push(error);
      return { status: 400, body: { message: String(error) } };
    }
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const one = { method, path: url, headers, body: Buffer.concat(chunks).toString("utf8") };
      heard.push(one);
      const said = replyTo(one);
      if (said === "cut") {
        request.socket.destroy();
        return;
      }
      response.writeHead(said.status, said.headers);
      response.end(typeof said.body === "string" ? said.body : JSON.stringify(said.body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    answer(next) {
      reply = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      if (thrown.length > 0) throw thrown[0];
    },
  };
}
