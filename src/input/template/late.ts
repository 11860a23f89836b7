/** Compiles templates on their own: those that stood in a config once and wait for late values in a Plan, and files. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { diskProblem, errnoOf } from "../../model/disk.ts";
import type { Template, TemplateOrigin } from "../../model/template.ts";
import { compileIn } from "./compile.ts";
import { createEngine, type Engine } from "./engine.ts";
import { originAt, originOfFile, type Origin } from "./origin.ts";

/**
 * Compiles a template on its own: any name may stand in it, and rendering says which it lacks. `root` is where filters that
 * read files look for them; default: the current folder.
 */
export function compileTemplate(source: string, from: TemplateOrigin | undefined, root = "."): Template {
  return compileIn(source, originFrom(source, from), undefined, engineFor(root));
}

function originFrom(source: string, from: TemplateOrigin = { file: "template", line: 1, column: 1 }): Origin {
  return "wholeFile" in from ? originOfFile(from.wholeFile, source) : originAt(from);
}

const engines = new Map<string, Engine>();

/** Engines are made once for each root: making one takes a millisecond. */
function engineFor(root: string): Engine {
  const known = engines.get(root);
  if (known !== undefined) return known;
  const engine = createEngine({ root: path.resolve(root), read: (file) => readIn(path.resolve(root), file) });
  engines.set(root, engine);
  return engine;
}

/** Bytes of a file beneath or beside a root; undefined when it is not there. */
export function readIn(root: string, file: string): Uint8Array | undefined {
  try {
    return readFileSync(path.resolve(root, file));
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return undefined;
    throw diskProblem(thrown, file);
  }
}
