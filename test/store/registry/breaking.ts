/** A connection to a registry that breaks: a relay that ends the first one on which so many bytes were sent. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Breaking {
  readonly host: string;
  /** Connections it ended. */
  broken(): number;
  stop(): Promise<void>;
}

/** Passes on `bytes` bytes to `to`, and ends that connection; all others are passed on whole. */
export async function breaking(to: string, bytes: number): Promise<Breaking> {
  const [name = "", port = ""] = to.split(":");
  const sockets = new Set<Socket>();
  let broken = 0;
  const server = createServer((near) => {
    const far = connect({ port: Number(port), host: name, family: 4 });
    let sent = 0;
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => sockets.delete(socket));
    }
    near.on("data", (chunk: Buffer) => {
      sent += chunk.length;
      if (sent > bytes && broken === 0) {
        broken += 1;
        near.destroy();
        far.end();
      } else if (!far.write(chunk)) near.pause();
    });
    far.on("drain", () => near.resume());
    far.pipe(near);
    near.on("close", () => far.end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    broken: () => broken,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
