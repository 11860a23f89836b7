/** Reads which source file imports which, for the tests of the architecture. */

import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout's top folder. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface SourceFile {
  /** Relative to the checkout's top folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** The project's own files it imports, by path, those for types alone included. */
  readonly imports: readonly string[];
  /** What it imports from elsewhere: `node:fs`, `yaml`. */
  readonly packages: readonly string[];
}

// An import or re-export, a dynamic import, and a worker's `new URL("./worker.ts", import.meta.url)`.
const SPECIFIER = /(?:\bfrom\s+|\bimport\s*\(\s*|^import\s+|\bnew URL\(\s*)"([^"]+)"/gm;

/** Every TypeScript file below a folder of the checkout, in the order of their paths. */
export function sourceFiles(folder: string): readonly SourceFile[] {
  return globSync(`${folder}/**/*.ts`, { cwd: ROOT })
    .toSorted()
    .map((path) => {
      const text = readFileSync(join(ROOT, path), "utf8");
      const specifiers = [...text.matchAll(SPECIFIER)].flatMap(([, specifier]) => specifier ?? []);
      return {
        path,
        text,
        imports: specifiers.filter(isOwn).map((specifier) => relative(ROOT, join(ROOT, dirname(path), specifier))),
        packages: specifiers.filter((specifier) => !isOwn(specifier)),
      };
    });
}

function isOwn(specifier: string): boolean {
  return specifier.startsWith(".");
}
