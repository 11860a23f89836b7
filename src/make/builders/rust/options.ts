/** What a `rust:` entry may say, and what of it stands in the Plan. */
import { byTarget, oneOrMore, template, words, z, type Words } from "../../../model/schema.ts";
import type { ByTarget, Template } from "../../../model/template.ts";

export interface RustOptions {
  readonly package: Template;
  readonly bin?: readonly Template[] | undefined;
  readonly features: readonly Template[];
  readonly defaultFeatures: boolean;
  readonly profile: Template;
  readonly toolchain?: Template | undefined;
  readonly flags?: ByTarget<Words> | undefined;
  readonly locked?: boolean | undefined;
  readonly triple?: ByTarget<Template> | undefined;
  readonly zigbuild?: boolean | undefined;
  readonly targetDir?: Template | undefined;
  readonly tool?: Template | undefined;
}

export const rustSchema = z.strictObject({
  package: template("The folder of a package or workspace, relative to `dir`, or a package's name").prefault("."),
  bin: oneOrMore(template("the name of a program"), "The programs to build; default: all of the package").optional(),
  features: oneOrMore(template("the name of a feature"), "Features to turn on").default([]),
  defaultFeatures: z.boolean().default(true).describe("Whether the package's default features are on"),
  profile: template("The profile to build with").prefault("release"),
  toolchain: template(
    "The toolchain rustup should run, such as `1.91` or `nightly`; default: what the project says",
  ).optional(),
  flags: byTarget(words("flags"), "Further flags for `cargo build`").optional(),
  locked: z.boolean().describe("Refuse to change Cargo.lock; default: where there is one").optional(),
  triple: byTarget(template("a target triple"), "Rust's word for a target, where it is not the usual one").optional(),
  zigbuild: z
    .boolean()
    .describe(
      "Link with zig through cargo-zigbuild; default: for other machines than this one, where cargo-zigbuild is installed",
    )
    .optional(),
  targetDir: template("Where cargo keeps what it builds, relative to `dir`; default: where it always does").optional(),
  tool: template("The command that is run in place of `cargo`, such as `cross`").optional(),
});

/** What a Step holds: rendered, and all that the maker needs. */
export type RustStep = {
  readonly tool: string;
  /** Relative to the root. */
  readonly dir: string;
  /** Of the tool, up to where the flags for rustc go. */
  readonly args: readonly string[];
  readonly triple: string;
  /** For `-C target-cpu`; empty: the triple's own. */
  readonly cpu: string;
  /** Below the target folder: `x86_64-unknown-linux-gnu/release`. */
  readonly folder: string;
  /** File names there, one for each of the Step's outputs. */
  readonly files: readonly string[];
  /** Relative to the root; empty: cargo's own. */
  readonly targetDir: string;
  /** Variables the compiler gets where its environment has none of that name. */
  readonly constants: Readonly<Record<string, string>>;
};
