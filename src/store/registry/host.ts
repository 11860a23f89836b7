/** Where a registry answers: the address behind the name that references have. */
import { isLoopback } from "../http/loopback.ts";

/** Docker's own registry answers elsewhere than it is called. */
const addresses: ReadonlyMap<string, string> = new Map([
  ["docker.io", "registry-1.docker.io"],
  ["index.docker.io", "registry-1.docker.io"],
]);

/**
 * The addresses to try, in order. This machine's registries mostly have no certificate, so they are asked in plain HTTP first;
 * others only where `insecure` says so, and last.
 */
export function baseUrls(registry: string, insecure: boolean): readonly URL[] {
  const host = addresses.get(registry) ?? registry;
  const [secure, plain] = [new URL(`https://${host}`), new URL(`http://${host}`)];
  if (isLoopback(plain.hostname)) return [plain, secure];
  return insecure ? [secure, plain] : [secure];
}

/** Whether a text is a registry's name, with a port or without: `ghcr.io`, `localhost:5000`. */
export function isRegistryName(text: string): boolean {
  return /^([a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[a-fA-F0-9:]+\])(:[0-9]{1,5})?$/.test(text);
}

/** Where people see a repository in a browser, of registries that have such pages; undefined elsewhere. */
export function pageOf(registry: string, path: string): string | undefined {
  if (registry === "docker.io" || registry === "index.docker.io")
    return path.startsWith("library/")
      ? `https://hub.docker.com/_/${path.slice(8)}`
      : `https://hub.docker.com/r/${path}`;
  if (registry === "quay.io") return `https://quay.io/repository/${path}`;
  return registry === "ghcr.io" ? `https://ghcr.io/${path}` : undefined;
}
