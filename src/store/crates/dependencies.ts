/** The dependencies of a crate, from the Cargo.toml that `cargo package` wrote, for the registry it goes to. */
import { z } from "zod";

import type { JsonObject } from "../../model/json.ts";
import { Problem } from "../../model/problem.ts";

export interface Dependency {
  /** Of the package, whatever it is called in the code. */
  readonly name: string;
  /** What it is called in the code, where that differs. */
  readonly alias: string | null;
  readonly requirement: string;
  readonly features: readonly string[];
  readonly isOptional: boolean;
  readonly hasDefaults: boolean;
  /** `cfg(windows)` or a triple; null: for all. */
  readonly target: string | null;
  readonly kind: "normal" | "dev" | "build";
  /** Index of the registry it comes from; null: crates.io. */
  readonly registry: string | null;
}

const one = z.union([
  z.string(),
  z.looseObject({
    version: z.string().optional(),
    package: z.string().optional(),
    features: z.array(z.string()).optional(),
    optional: z.boolean().optional(),
    "default-features": z.boolean().optional(),
    "registry-index": z.string().optional(),
  }),
]);
const table = z.record(z.string(), one).optional();
const tables = { dependencies: table, "dev-dependencies": table, "build-dependencies": table };
const schema = z.looseObject({ ...tables, target: z.record(z.string(), z.looseObject(tables)).optional() });

type Tables = z.infer<typeof schema>;

const kinds = [
  ["dependencies", "normal"],
  ["dev-dependencies", "dev"],
  ["build-dependencies", "build"],
] as const;

/** Fails with `format.invalid`, also at one without a version: no registry takes that. */
export function dependenciesIn(toml: Readonly<Record<string, unknown>>, file: string): readonly Dependency[] {
  const result = schema.safeParse(toml);
  if (!result.success)
    throw new Problem("format.invalid", `${file}: the dependencies in its Cargo.toml cannot be read`);
  const { target, ...everywhere } = result.data;
  return [
    ...inTables(everywhere, null, file),
    ...Object.entries(target ?? {}).flatMap(([name, theirs]) => inTables(theirs, name, file)),
  ];
}

function inTables(
  found: Pick<Tables, (typeof kinds)[number][0]>,
  target: string | null,
  file: string,
): readonly Dependency[] {
  return kinds.flatMap(([key, kind]) =>
    Object.entries(found[key] ?? {}).flatMap(([called, written]): readonly Dependency[] => {
      const said = typeof written === "string" ? { version: written } : written;
      // One that only tests use may come from a folder alone: nobody who installs the crate wants it.
      if (said.version === undefined && kind === "dev") return [];
      if (said.version === undefined)
        throw new Problem("format.invalid", `${file}: its dependency ${called} has no version`);
      return [
        {
          name: said.package ?? called,
          alias: said.package === undefined || said.package === called ? null : called,
          requirement: requirementOf(said.version),
          features: said.features ?? [],
          isOptional: said.optional === true,
          hasDefaults: said["default-features"] !== false,
          target,
          kind,
          registry: said["registry-index"] ?? null,
        },
      ];
    }),
  );
}

/** A bare version means the compatible ones, which cargo writes out: `1.2` is `^1.2`. */
function requirementOf(version: string): string {
  return version
    .split(",")
    .map((part) => part.trim())
    .map((part) => (/^\d+(\.\d+)*(\.\*)?/.test(part) && !part.includes("*") ? `^${part}` : part))
    .join(", ");
}

const cratesIo = "https://github.com/rust-lang/crates.io-index";

/** As the request has it: no registry is the one that it goes to, so crates.io has to be named everywhere else. */
export function dependencyJson(dependency: Dependency, index: string): JsonObject {
  const { name, alias, requirement, features, isOptional, hasDefaults, target, kind } = dependency;
  const from = dependency.registry ?? cratesIo;
  const isSame = sameIndex(from, index);
  return {
    optional: isOptional,
    default_features: hasDefaults,
    name,
    features,
    version_req: requirement,
    target,
    kind,
    registry: isSame ? null : from,
    explicit_name_in_toml: alias,
  };
}

/** crates.io has two indexes that are one registry. */
function sameIndex(one: string, other: string): boolean {
  const plain = (address: string): string => {
    const bare = address.replace(/^(sparse|registry)\+/, "").replace(/\/+$/, "");
    return bare === cratesIo ? "https://index.crates.io" : bare;
  };
  return plain(one) === plain(other);
}
