/** A server that keeps what is sent to it, by PUT or in forms, as artifact repositories do; it remembers who asked for what. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface Uploads {
  /** `http://127.0.0.1:41473`. */
  readonly url: string;
  /** By path. */
  readonly files: Map<string, Buffer>;
  readonly asked: {
    readonly method: string;
    readonly path: string;
    readonly headers: IncomingHttpHeaders;
    status: number;
  }[];
  stop(): Promise<void>;
}

export interface UploadsOptions {
  /** What a request has to carry to be let in; everybody may do everything without. */
  readonly allows?: (headers: IncomingHttpHeaders) => boolean;
  /** Where readers are sent for a file. */
  readonly elsewhere?: string;
}

export async function startUploads({ allows = () => true, elsewhere }: UploadsOptions = {}): Promise<Uploads> {
  const files = new Map<string, Buffer>();
  const asked: Uploads["asked"] = [];
  const answer = async (request: IncomingMessage): Promise<{ status: number; body?: Buffer; location?: string }> => {
    const path = decodeURIComponent(request.url ?? "");
    const body = await bodyOf(request);
    if (!allows(request.headers)) return { status: 401 };
    if (request.method === "DELETE") return { status: files.delete(path) ? 204 : 404 };
    if (request.method === "PUT" || request.method === "POST") {
      const claimed = request.headers["x-checksum-sha256"];
      if (claimed !== undefined && claimed !== createHash("sha256").update(body).digest("hex")) return { status: 409 };
      files.set(...(await fileIn(path, body, request.headers["content-type"] ?? "")));
      return { status: 201 };
    }
    const found = files.get(path);
    if (found === undefined) return { status: 404 };
    return elsewhere === undefined
      ? { status: 200, body: found }
      : { status: 302, location: `${elsewhere}${request.url}` };
  };
  const server = createServer((request, response) => {
    const { method = "", url = "", headers } = request;
    void answer(request).then(({ status, body, location }) => {
      asked.push({ method, path: url, headers, status });
      response.writeHead(status, location === undefined ? {} : { location }).end(body);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files,
    asked,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Of a form: its field `file`, below its field `directory`, by another reader of forms than whoever wrote it. */
async function fileIn(path: string, body: Buffer, type: string): Promise<[string, Buffer]> {
  if (!type.startsWith("multipart/form-data")) return [path, body];
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  const file = form.get("file");
  const directory = form.get("directory");
  if (!(file instanceof File) || typeof directory !== "string")
    throw new Error("the form lacks a file or its directory");
  return [`/${directory}/${file.name}`, Buffer.from(await file.arrayBuffer())];
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
