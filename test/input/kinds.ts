/** Kinds that make nothing, for tests of how configs are read. */
import { type ArchiveKind, type BuildKind, kindTable, type StoreKind } from "../../src/model/kind.ts";
import { type Problem, problemsOf } from "../../src/model/problem.ts";
import { byTarget, oneOrMore, secretName, template, z } from "../../src/model/schema.ts";
import type { Config } from "../../src/model/config.ts";
import { readSource, type ReadableKinds, sourceOfText } from "../../src/input/index.ts";

export function builder(kind: string, schema: z.ZodType, more: Partial<BuildKind> = {}): BuildKind {
  return {
    kind,
    summary: `Builds with ${kind}.`,
    example: `${kind}: main`,
    primary: "main",
    schema,
    targets: () => ["linux/amd64"],
    probe: async () => ({ data: {}, problems: [] }),
    decide: () => [],
    ...more,
  };
}

function archive(kind: string, single = false): ArchiveKind {
  return { kind, summary: "", example: "", extension: `.${kind}`, single, makes: "archive" };
}

const folder: StoreKind = {
  kind: "folder",
  summary: "A folder.",
  example: "folder: public",
  primary: "path",
  schema: z.strictObject({ path: template("Path."), token: secretName("Token.").optional() }),
  decide: () => ({}),
};

const compiler = z.strictObject({
  main: template("What is built."),
  flags: byTarget(oneOrMore(template("A flag."), "Flags."), "Flags.").optional(),
  level: z.enum(["debug", "release"]).describe("How much is optimised.").optional(),
});

export const kinds: ReadableKinds = {
  builders: kindTable<BuildKind>([builder("gcc", compiler), builder("clang", compiler)]),
  archives: kindTable<ArchiveKind>([archive("tar.gz"), archive("zip"), archive("binary", true)]),
  packages: new Map(),
  keys: new Map(),
  signatures: new Map(),
  sboms: new Map(),
  stores: kindTable<StoreKind>([folder]),
  announcements: new Map(),
};

/** A config from its text; `slipway` and `project` are there already. */
export function read(text: string, using: ReadableKinds = kinds): Config {
  return readText(`slipway: 1\nproject: tool\n${text}`, using);
}

export function readText(text: string, using: ReadableKinds = kinds): Config {
  return readSource(sourceOfText("slipway.yaml", text), "/project", using);
}

/** What is wrong with a config, each as `line:column code message`. */
export function wrongWith(text: string): readonly string[] {
  return problemsIn(() => readText(text)).map(told);
}

/** One problem as tests compare it. */
export function told({ place, code, message }: Problem): string {
  return `${place?.line}:${place?.column} ${code} ${message}`;
}

/** The problems that reading throws; none when it does not. Anything else that is thrown goes on. */
export function problemsIn(reading: () => unknown): readonly Problem[] {
  try {
    reading();
    return [];
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown;
    return problems;
  }
}
