/** Reads go.mod: all modules that a build may take (Go Modules Reference, "go.mod files"; complete since Go 1.17). */
import { goPackages } from "../sbom/go.ts";
import type { GoModule } from "../go-modules.ts";
import type { LockFormat } from "./lock-file.ts";

export const goMod: LockFormat = {
  file: "go.mod",
  read(text) {
    const required: GoModule[] = [];
    const replaced = new Map<string, GoModule>();
    for (const line of directives(text)) {
      const [verb, ...words] = line;
      if (verb === "require" && words[0] !== undefined) required.push(moduleOf(words));
      const arrow = words.indexOf("=>");
      if (verb !== "replace" || arrow < 1) continue;
      const [path = "", version = ""] = words;
      replaced.set(arrow === 1 ? path : `${path}@${version}`, moduleOf(words.slice(arrow + 1)));
    }
    const deps = required.map((module) => {
      const replace = replaced.get(`${module.path}@${module.version}`) ?? replaced.get(module.path);
      return replace === undefined ? module : { ...module, replace };
    });
    return Promise.resolve(goPackages({ goVersion: "", path: "", main: undefined, deps, settings: [] }));
  },
};

/** Words of each line; those of a block begin with its verb. */
function* directives(text: string): Generator<readonly string[]> {
  let block: string | undefined;
  for (const line of text.split("\n")) {
    const words = (line.replace(/\/\/.*$/, "").match(/"[^"]*"|`[^`]*`|\S+/g) ?? []).map((word) =>
      word.replaceAll(/^["`]|["`]$/g, ""),
    );
    if (words.length === 0) continue;
    if (words[0] === ")") block = undefined;
    else if (words[1] === "(") block = words[0];
    else yield block === undefined ? words : [block, ...words];
  }
}

function moduleOf([path = "", version = ""]: readonly string[]): GoModule {
  return { path, version, sum: "" };
}
