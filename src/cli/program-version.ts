/** The version of this program, from its package. */
import { readFileSync } from "node:fs";

/** Such as `0.1.0`. */
export function programVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
