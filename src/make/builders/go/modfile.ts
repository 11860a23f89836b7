/** Reads the local folders that a go.mod or go.work names: workspace modules and replacements. */

/**
 * Paths as they are written: those after `use`, and those after `=>` that have no version, which makes them folders (Go
 * Modules Reference, "go.mod files" and "go.work files").
 */
export function localPaths(text: string): readonly string[] {
  const paths: string[] = [];
  let block = "";
  for (const line of text.split("\n")) {
    const words = wordsOf(line);
    if (words[0] === ")") block = "";
    else if (words[1] === "(") block = words[0] ?? "";
    else paths.push(...(block === "" ? pathsIn(words[0], words.slice(1)) : pathsIn(block, words)));
  }
  return paths;
}

function pathsIn(directive: string | undefined, words: readonly string[]): readonly string[] {
  if (directive === "use") return words.slice(0, 1);
  const arrow = words.indexOf("=>");
  return directive === "replace" && arrow >= 0 && words.length === arrow + 2 ? words.slice(arrow + 1) : [];
}

/** Words of a line without its comment; strings may be quoted. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/\/\/.*|"([^"]*)"|`([^`]*)`|[()]|[^\s"`()]+/g)].flatMap(([word, quoted, raw]) =>
    word.startsWith("//") ? [] : [quoted ?? raw ?? word],
  );
}
