/** What a `go:` entry may say, and what of it stands in the Plan. */
import { byTarget, oneOrMore, template, words, z, type Words } from "../../../model/schema.ts";
import type { ByTarget, Template } from "../../../model/template.ts";

/** `go help buildmode`, less the modes that make no file to release. */
const buildModes = ["exe", "pie", "c-shared", "c-archive", "plugin"] as const;
export type BuildMode = (typeof buildModes)[number];

export interface GoOptions {
  readonly main: readonly Template[];
  readonly ldflags?: ByTarget<readonly Template[]> | undefined;
  readonly flags?: ByTarget<Words> | undefined;
  readonly tags?: ByTarget<readonly Template[]> | undefined;
  readonly gcflags?: ByTarget<readonly Template[]> | undefined;
  readonly asmflags?: ByTarget<readonly Template[]> | undefined;
  readonly cgo?: ByTarget<boolean> | undefined;
  readonly buildmode?: ByTarget<BuildMode> | undefined;
  readonly tool?: Template | undefined;
}

export const goSchema = z.strictObject({
  main: oneOrMore(
    template("a package path or import path"),
    "The packages to build, relative to `dir`: `.`, `./cmd/engram`, a list, or a pattern such as `./cmd/...`, which stands for every program it matches",
  ).prefault("."),
  ldflags: byTarget(
    oneOrMore(template("linker flags"), "linker flags"),
    "Flags for the linker; a list is joined by spaces. Default: `-s -w -X main.version={{ version }} -X main.commit={{ commit }} -X main.date={{ date }}`",
  ).optional(),
  flags: byTarget(
    words("flags"),
    "Further flags for `go build`. `-trimpath` is always given unless `-trimpath=false` stands here",
  ).optional(),
  tags: byTarget(oneOrMore(template("a build tag"), "build tags"), "Build tags").optional(),
  gcflags: byTarget(
    oneOrMore(template("compiler flags"), "compiler flags"),
    "Flags for the compiler; each of a list is a `-gcflags` of its own",
  ).optional(),
  asmflags: byTarget(
    oneOrMore(template("assembler flags"), "assembler flags"),
    "Flags for the assembler; each of a list is an `-asmflags` of its own",
  ).optional(),
  cgo: byTarget(
    z.boolean(),
    "Whether C may be called; default: only where `env` sets CGO_ENABLED or the build mode needs it",
  ).optional(),
  buildmode: byTarget(
    z.enum(buildModes),
    "`exe` (the default), `pie`, `c-shared`, `c-archive` or `plugin`; the C modes also make a header",
  ).optional(),
  tool: template(
    "The command that is run in place of `go`; with it the build runs every time, since nothing is known of what it reads",
  ).optional(),
});

/** What a Step holds: rendered, and all that the maker needs. */
export type GoStep = {
  readonly tool: string;
  /** Relative to the root. */
  readonly dir: string;
  readonly main: string;
  /** Of `go build`, less those that name the output and the stamp. */
  readonly args: readonly string[];
  /** Whether the tree had changes that are in no commit when the Facts were gathered. */
  readonly dirty: boolean;
};
