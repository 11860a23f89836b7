/** A server of registry tokens as Docker's distribution describes it, which grants one user everything, and others nothing. */
import { execFileSync } from "node:child_process";
import { randomUUID, sign, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

export interface Tokens {
  /** The part of a registry's configuration that sends its clients here; its certificate is written to `folder`. */
  auth(folder: string): object;
  stop(): Promise<void>;
}

const issuer = "tests";
const service = "registry";

/** Starts it on a port of its own. Tokens last a minute and are signed with a key that is made on first use, by openssl. */
export async function startTokens(user: { readonly username: string; readonly password: string }): Promise<Tokens> {
  const expected = `Basic ${Buffer.from(`${user.username}:${user.password}`).toString("base64")}`;
  const keys: { key?: string; certificate?: string } = {};
  const server = createServer((request, response) => {
    if (request.headers.authorization !== expected) return void response.writeHead(401).end();
    const token = tokenFor(user.username, scopesOf(request), keys.key ?? "", keys.certificate ?? "");
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ token, expires_in: 60 }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    auth(folder) {
      const key = join(folder, "token.key");
      const rootcertbundle = join(folder, "token.crt");
      const subject = ["-subj", "/CN=tests", "-days", "36500"];
      const files = ["-keyout", key, "-out", rootcertbundle];
      execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject, ...files], {
        stdio: "pipe",
      });
      keys.key = readFileSync(key, "utf8");
      keys.certificate = readFileSync(rootcertbundle, "utf8");
      return { auth: { token: { realm: `http://localhost:${port}/token`, service, issuer, rootcertbundle } } };
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

/** `scope=repository:a/b:pull,push`, any number of times. */
function scopesOf({ url = "" }: IncomingMessage): readonly Access[] {
  const scopes = new URL(url, "http://localhost").searchParams.getAll("scope").flatMap((scope) => scope.split(" "));
  return scopes.map((scope) => {
    const [type = "", ...rest] = scope.split(":");
    return { type, name: rest.slice(0, -1).join(":"), actions: (rest.at(-1) ?? "").split(",") };
  });
}

function tokenFor(subject: string, access: readonly Access[], key: string, certificate: string): string {
  const now = Math.floor(Date.now() / 1000);
  const header = { typ: "JWT", alg: "RS256", x5c: [new X509Certificate(certificate).raw.toString("base64")] };
  const times = { iat: now, nbf: now - 60, exp: now + 60 };
  const claims = { iss: issuer, sub: subject, aud: service, ...times, jti: randomUUID(), access };
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), key).toString("base64url")}`;
}
