/** The generated parts of the page on templates. */
import type { ConfigReference } from "../../src/input/index.ts";
import { code, table } from "./markdown.ts";

type Names = ConfigReference["names"]["release"];

export function nameTable(names: Names): string {
  return table(
    ["Name", "Meaning"],
    names.map(({ name, summary, fields }) => [
      code(name),
      fields === undefined ? summary : `${summary} Fields: ${fields.map(code).join(", ")}.`,
    ]),
  );
}

export function filterTable(filters: ConfigReference["filters"]): string {
  return table(
    ["Filter", "Meaning", "Example", "Gives"],
    filters.map(({ name, summary, example }) => [
      code(name),
      summary,
      example === undefined ? "" : code(`{{ ${example[0]} }}`),
      example === undefined ? "" : code(example[1]),
    ]),
  );
}

export function liquidFilterList(names: readonly string[]): string {
  return `${names.map(code).join(", ")}.`;
}

/**
 * Puts each text between its marks, `<!-- generated: NAME -->` and `<!-- end -->`. Throws where the page lacks a mark, or has one for which
 * there is no text.
 */
export function fillBlocks(page: string, blocks: Readonly<Record<string, string>>): string {
  const found = new Set<string>();
  const filled = page.replace(/<!-- generated: ([a-z ]+) -->\n[\s\S]*?<!-- end -->/g, (_, name: string) => {
    const text = blocks[name];
    if (text === undefined) throw new Error(`docs/templates.md has a block "${name}" that nothing fills`);
    found.add(name);
    return `<!-- generated: ${name} -->\n\n${text}\n\n<!-- end -->`;
  });
  const missing = Object.keys(blocks).filter((name) => !found.has(name));
  if (missing.length > 0) throw new Error(`docs/templates.md lacks the blocks ${missing.join(", ")}`);
  return filled;
}
