/** The declarations that users of the package see, as the compiler emits them. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT } from "./imports.ts";

/**
 * Every name that the entry points export, with its declaration, sorted by name.
 * @param entries paths below `src/`, such as `format/index.ts`
 */
export function exportedDeclarations(entries: readonly string[]): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-declarations-"));
  try {
    const options = ["--declaration", "--emitDeclarationOnly", "--removeComments", "--outDir", folder];
    // Declarations are emitted whatever the type check, which is run elsewhere, says.
    spawnSync("tsc", ["-p", "tsconfig.lib.json", ...options], { cwd: ROOT });
    return Object.fromEntries(
      entries.map((entry) => {
        const exported = exportsOf(join(folder, entry.replace(/\.ts$/, ".d.ts")));
        const texts = [...exported].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
        return [entry, `${texts.join("\n")}\n`];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const REEXPORT = /^export (?:type )?(?:\*|\{([^}]*)\}) from "([^"]+)";$/gm;

/** The declarations of one emitted file by exported name, re-exports followed. */
function exportsOf(file: string): ReadonlyMap<string, string> {
  const text = readFileSync(file, "utf8");
  const found = new Map(
    [
      ...text.matchAll(
        /^export (?:declare )?(?:abstract )?(?:\w+) (\w+)[^]*?(?=^\S*(?:export|declare|import|interface|type) |(?![^]))/gm,
      ),
    ].map(([declaration, name]) => [name ?? "", declaration.trim()]),
  );
  for (const [, names, specifier] of text.matchAll(REEXPORT)) {
    const inner = exportsOf(join(dirname(file), (specifier ?? "").replace(/\.(js|ts)$/, ".d.ts")));
    const chosen =
      names === undefined
        ? [...inner.keys()]
        : names
            .split(",")
            .map((name) => name.trim())
            .filter(Boolean);
    for (const name of chosen) {
      const [original = "", renamed = original] = name.replace(/^type /, "").split(" as ");
      found.set(renamed, inner.get(original) ?? `export ${original}`);
    }
  }
  return found;
}
