/** Entries of nfpm's `contents` in Slipway's language. */
import { posix } from "node:path";

import type { NfpmConfig, NfpmContent } from "./config.ts";
import { holes, type Json } from "./holes.ts";

const bin = /^\/(usr\/(local\/)?)?s?bin\//;

/** The first file that goes where programs go: the build of the Slipway config, whose target makes the package's architecture. */
export function programOf({ contents = [] }: NfpmConfig): { readonly src: string; readonly path: string } | undefined {
  const found = contents.find(
    ({ src = "", dst, type, expand }) =>
      bin.test(dst) && !dst.endsWith("/") && (type ?? "file") === "file" && expand !== true && !/[*?[{]/.test(src),
  );
  return found?.src === undefined ? undefined : { src: found.src, path: posix.normalize(found.src) };
}

/** `program`: the source that a build makes. */
export function convertContent(content: NfpmContent, nfpm: NfpmConfig, program: string | undefined): Json {
  const { type = "file", file_info: info = {}, expand } = content;
  const expanded = (text: string): string => (expand === true ? holes(text) : text);
  const dst = expanded(content.dst);
  const src = expanded(content.src ?? "");
  const attributes = {
    ...(info.mode === undefined ? {} : { mode: info.mode.toString(8).padStart(4, "0") }),
    ...(info.owner === undefined ? {} : { owner: info.owner }),
    ...(info.group === undefined ? {} : { group: info.group }),
    ...(info.mtime === undefined ? {} : { mtime: new Date(info.mtime).toISOString() }),
  };
  switch (type) {
    case "dir":
      return { dir: dst, ...attributes };
    case "symlink":
      return { link: src, to: dst, ...attributes, ...(isInside(content, nfpm) ? {} : { optional: true }) };
    case "ghost":
      return { to: dst, type, ...attributes };
    default:
      return {
        from: src === program ? "build:program" : nfpm.disable_globbing === true ? literally(src) : src,
        to: dst,
        ...(type === "file" ? {} : { type }),
        ...attributes,
        // nfpm lays everything that a pattern finds into one folder where `dst` ends with a slash.
        ...(dst.endsWith("/") ? { strip: true } : {}),
      };
  }
}

/** A name, not a pattern. */
function literally(path: string): string {
  return path.replaceAll(/[*?[\]{}()!+@\\]/g, "\\$&");
}

/** Whether a link leads to what the package brings. */
function isInside({ src = "", dst }: NfpmContent, { contents = [] }: NfpmConfig): boolean {
  const target = posix.resolve("/", posix.dirname(dst), src);
  return contents.some((other) => posix.resolve("/", other.dst) === target);
}
