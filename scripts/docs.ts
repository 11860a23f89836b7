/** Writes what the documentation says of the config language from the schema itself; `--check` only says what has drifted. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "oxfmt";
import { configJsonSchema, configReference } from "../src/input/index.ts";
import { kinds } from "../src/cli/tables.ts";
import { configPage } from "./docs/config-page.ts";
import { fillBlocks, filterTable, liquidFilterList, nameTable } from "./docs/template-page.ts";

const root = join(import.meta.dirname, "..");

/** The generated files, by path from the root, as the formatter would have them. */
export async function generatedFiles(): Promise<Readonly<Record<string, string>>> {
  const reference = configReference(kinds);
  const templates = fillBlocks(readFileSync(join(root, "docs/templates.md"), "utf8"), {
    "release names": nameTable(reference.names.release),
    "target names": nameTable(reference.names.target),
    "build names": nameTable(reference.names.build),
    "archive names": nameTable(reference.names.archive),
    "package names": nameTable(reference.names.package),
    "store names": nameTable(reference.names.store),
    "late names": nameTable(reference.names.late),
    filters: filterTable(reference.filters),
    "liquid filters": liquidFilterList(reference.liquidFilters),
  });
  const files = {
    "slipway.schema.json": JSON.stringify(configJsonSchema(kinds), undefined, 2),
    "docs/config.md": configPage(reference),
    "docs/templates.md": templates,
  };
  const written: Record<string, string> = {};
  for (const [path, text] of Object.entries(files)) written[path] = await formatted(path, text);
  return written;
}

async function formatted(path: string, text: string): Promise<string> {
  const { printWidth } = JSON.parse(readFileSync(join(root, ".oxfmtrc.json"), "utf8")) as {
    readonly printWidth: number;
  };
  const { code, errors } = await format(path, text, { printWidth });
  if (errors.length > 0)
    throw new Error(`${path} cannot be formatted: ${errors.map(({ message }) => message).join("; ")}`);
  return code;
}

/** Paths whose file is not what would be generated. */
export async function driftedFiles(): Promise<readonly string[]> {
  return Object.entries(await generatedFiles()).flatMap(([path, text]) => (textOf(path) === text ? [] : [path]));
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const drifted = await driftedFiles();
  if (process.argv.includes("--check")) {
    for (const path of drifted) console.error(`${path} is not what the schema says; run: node scripts/docs.ts`);
    process.exitCode = drifted.length > 0 ? 1 : 0;
  } else {
    const files = await generatedFiles();
    for (const path of drifted) writeFileSync(join(root, path), files[path] ?? "");
    console.log(drifted.length > 0 ? `wrote ${drifted.join(", ")}` : "nothing has changed");
  }
}
