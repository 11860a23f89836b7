/** Connections that are kept and used again: through the operator's proxies, trusting the operator's certificates. */
import { readFile } from "node:fs/promises";
import { Agent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import { createSecureContext, getCACertificates } from "node:tls";

import { onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import { isLoopback } from "./loopback.ts";

export interface AgentsOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ca?: string | undefined;
}

export interface Agents {
  for(url: URL): Promise<Agent>;
  close(): void;
}

/**
 * Agents for a client. Proxies are Node's own (`proxyEnv`: HTTPS_PROXY, HTTP_PROXY, NO_PROXY, in either case); this machine is never
 * reached through one. `ca` and SSL_CERT_FILE are trusted besides what Node trusts. Fails where such a file cannot be read.
 */
export function openAgents({ env, ca }: AgentsOptions): Agents {
  const opened = new Map<string, Promise<Agent>>();
  const files = [ca, env["SSL_CERT_FILE"]].filter((file): file is string => file !== undefined && file !== "");
  const open = async (isSecure: boolean, isHere: boolean): Promise<Agent> => {
    const options = { keepAlive: true, noDelay: true, ...(isHere ? {} : { proxyEnv: { ...env } }) };
    if (!isSecure) return new Agent(options);
    if (files.length === 0) return new SecureAgent(options);
    const own = await Promise.all(files.map((file) => readCertificates(file)));
    const secureContext = createSecureContext({ ca: [...getCACertificates("default"), ...own] });
    return new SecureAgent({ ...options, secureContext });
  };
  return {
    for(url) {
      const isSecure = url.protocol === "https:";
      const isHere = isLoopback(url.hostname);
      const key = `${isSecure} ${isHere}`;
      const agent = opened.get(key) ?? open(isSecure, isHere);
      opened.set(key, agent);
      return agent;
    },
    close() {
      for (const agent of opened.values())
        agent.then(
          (one) => one.destroy(),
          () => undefined, // it was never opened
        );
    },
  };
}

async function readCertificates(file: string): Promise<string> {
  const text = await onDisk(file, () => readFile(file, "latin1"));
  if (!text.includes("-----BEGIN CERTIFICATE-----"))
    throw new Problem("format.invalid", `${file} holds no certificate`, { expected: "certificates in PEM form" });
  return text;
}
