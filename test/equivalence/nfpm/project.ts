/** A project for an nfpm config: what it packages is taken from the config's own folder, and made up where it is not there. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { formats, type NfpmConfig, type NfpmContent, variablesIn } from "./config.ts";

/** Values for the variables of a config, by what their names say. */
export function environmentFor(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(variablesIn(text).map((name) => [name, valueOf(name)]));
}

function valueOf(name: string): string {
  if (name.endsWith("VERSION")) return "1.4.2";
  if (name.endsWith("ARCH")) return "amd64";
  if (name.endsWith("OS")) return "linux";
  if (name.endsWith("RELEASE")) return "1";
  if (name.endsWith("DIST_TAG")) return ".fc41";
  return name.toLowerCase().replaceAll("_", "-");
}

/** The text with variables in their place everywhere, as `envsubst` does. */
export function substituted(text: string, environment: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?/g, (whole, name: string) => environment[name] ?? whole);
}

/** Writes into `folder` every file that the config names and that is not there. */
export function makeUp(folder: string, nfpm: NfpmConfig): void {
  const all = [nfpm, ...formats.flatMap((format) => nfpm.overrides?.[format] ?? [])];
  for (const { contents = [], scripts = {}, deb, rpm, apk, archlinux } of all) {
    for (const content of contents)
      if (nfpm.disable_globbing === true || !/[*?[{]/.test(content.src ?? "")) makeUpContent(folder, content);
    const own = [deb, rpm, apk, archlinux].flatMap((section) => Object.values(section?.scripts ?? {}));
    for (const script of [...Object.values(scripts), ...own])
      write(join(folder, script), `#!/bin/sh\necho ${script}\n`, 0o755);
  }
}

function makeUpContent(folder: string, { src = "", dst, type }: NfpmContent): void {
  if (src === "" || type === "symlink" || type === "ghost" || type === "dir") return;
  if (src.includes("$")) return;
  const isFolder = type === "tree" || src.endsWith("/") || looksLikeFolder(src, dst);
  const names = isFolder ? ["one.txt", "sub/two.txt"] : [""];
  for (const name of names) {
    const path = join(folder, src, name);
    write(path, `${join(src, name)}\n`, /\/s?bin\//.test(dst) ? 0o755 : 0o644);
  }
}

/** `./yang` to `/opt/greeter/yang`. */
function looksLikeFolder(src: string, dst: string): boolean {
  return /^\.\/[a-z]+$/.test(src) && basename(dst) === basename(src) && !/\/s?bin\//.test(dst);
}

function write(path: string, text: string, mode: number): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
}
