/** Asks the go command which packages a program is made of, and where each comes from. */
import { join } from "node:path";

import { problemsOf } from "../../../model/problem.ts";
import type { MakeContext } from "../../maker.ts";
import type { GoStep } from "./options.ts";

const fileLists = [
  "GoFiles",
  "CgoFiles",
  "IgnoredGoFiles",
  "IgnoredOtherFiles",
  "CFiles",
  "CXXFiles",
  "MFiles",
  "HFiles",
  "FFiles",
  "SFiles",
  "SwigFiles",
  "SwigCXXFiles",
  "SysoFiles",
  "EmbedFiles",
] as const;
const fields = ["Dir", "ImportPath", "Name", "Standard", "DepOnly", "Module", "EmbedPatterns", ...fileLists] as const;

interface GoModule {
  readonly Main?: boolean;
  readonly Dir?: string;
  readonly GoMod?: string;
  readonly Replace?: GoModule;
}

/** What `go list -json` says of a package (`go help list`); lists that are empty are left out. */
type Listed = { readonly [name in (typeof fileLists)[number]]?: readonly string[] } & {
  readonly Dir: string;
  readonly ImportPath: string;
  readonly Name: string;
  readonly Standard?: boolean;
  readonly DepOnly?: boolean;
  readonly Module?: GoModule;
  readonly EmbedPatterns?: readonly string[];
};

/** A package whose files no go.sum vouches for: those of the project, of its workspace, of replacements, of `vendor`. */
export interface LocalPackage {
  readonly folder: string;
  /** Names of all files that Go sees in the folder or embeds from it, relative to the folder. */
  readonly files: readonly string[];
  readonly embedPatterns: readonly string[];
  /** Where its module lies; undefined for what is built from listed files and for vendored packages. */
  readonly moduleFolder: string | undefined;
}

export interface Packages {
  /** What the go command answered; the same text means the same packages with the same files. */
  readonly text: string;
  /** Name of the package that is built: `main`, or it is no program. */
  readonly name: string;
  readonly local: readonly LocalPackage[];
}

/**
 * The packages a build without C will read, or undefined where that cannot be known: the go command could not list them (the build
 * will say why), or one belongs to no module.
 */
export async function listPackages(
  step: GoStep,
  moduleCache: string,
  context: MakeContext,
): Promise<Packages | undefined> {
  const args = ["list", "-deps", `-json=${fields.join(",")}`, ...step.args, "-buildvcs=false", step.main];
  const output = await context
    .run({ command: "go", args, cwd: join(context.root, step.dir), env: { CGO_ENABLED: "0" }, quiet: true })
    .catch((thrown: unknown) => {
      if (problemsOf(thrown)?.[0]?.code === "step.failed") return undefined;
      throw thrown;
    });
  if (output === undefined) return undefined;
  const listed = parseObjects(output.stdout);
  if (listed === undefined) return undefined;
  const others = listed.filter((each) => each.Standard !== true && !isInside(each.Dir, moduleCache));
  if (others.some((each) => each.Module === undefined && each.ImportPath !== "command-line-arguments"))
    return undefined;
  const name = listed.find((each) => each.DepOnly !== true)?.Name ?? "";
  return { text: output.stdout, name, local: others.map(localPackage) };
}

function localPackage(listed: Listed): LocalPackage {
  return {
    folder: listed.Dir,
    files: fileLists.flatMap((name) => listed[name] ?? []),
    embedPatterns: listed.EmbedPatterns ?? [],
    moduleFolder: listed.Module?.Replace?.Dir ?? listed.Module?.Dir,
  };
}

function isInside(path: string, folder: string): boolean {
  return folder !== "" && (path.startsWith(`${folder}/`) || path.startsWith(`${folder}\\`));
}

/** `go list -json` prints objects one after the other; each ends with a brace alone on its line. Undefined for anything else. */
function parseObjects(text: string): readonly Listed[] | undefined {
  const parts = text.split(/(?<=^\})\r?\n/m).filter((part) => part.trim() !== "");
  try {
    return parts.map((part) => JSON.parse(part) as Listed);
  } catch {
    return undefined;
  }
}
