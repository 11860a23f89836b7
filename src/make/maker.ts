/** What a maker is, and what it is given: the seam between run.ts and everything that makes artifacts. */
import type { Stats } from "node:fs";

import type { Compressor, Content } from "../format/segment.ts";
import type { Artifact } from "../model/artifact.ts";
import type { Json, JsonObject } from "../model/json.ts";
import type { OpenedImage } from "../model/image.ts";
import type { Step } from "../model/plan.ts";
import type { Toolchain } from "../model/provenance.ts";
import type { Signer } from "../model/signer.ts";
import type { TemplateOrigin } from "../model/template.ts";
import type { FileRange, OldDigests } from "./content.ts";

/** A command to run: no shell unless `command` is `sh -c`'s own. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  /** Absolute; default: the project's root. */
  readonly cwd?: string | undefined;
  /** Over the Step's environment. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Exit codes that are not a failure; default: 0. */
  readonly accept?: readonly number[] | undefined;
  /** A question of the maker's own: people who asked for detail are not shown its answer. */
  readonly quiet?: boolean | undefined;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A file a maker made. `path` lies in its scratch folder and is taken over from there, or is left alone where `keep` is set. */
export interface Made {
  /** One of the Step's expected outputs. */
  readonly name: string;
  readonly path: string;
  /** Lower-case hex, where the maker hashed while it wrote. */
  readonly sha256?: string | undefined;
  readonly size?: number | undefined;
  /** The file belongs to the user (a prebuilt binary): copy, do not move. */
  readonly keep?: boolean | undefined;
  /** What is known of it only now; joins the attributes of the output. */
  readonly attributes?: JsonObject | undefined;
}

/**
 * Something outside the Plan that a Step read: if none of them changed, running it again would give the same result.
 * `file`: its bytes; `list`: the names in a folder, or only those with one of the `endings`; `absent`: that nothing is there.
 * Paths are absolute or relative to the project's root; `reads.ts` has the digests.
 */
export type Read =
  | { readonly file: string; readonly sha256: string }
  | { readonly list: string; readonly endings?: readonly string[]; readonly sha256: string }
  | { readonly absent: string };

export interface MakeResult {
  readonly made: readonly Made[];
  /**
   * All that was read besides inputs, options and environment. Undefined: it cannot be known completely, so the Step runs
   * every time (its toolchain's own cache decides how long that takes) and caching starts at what it made.
   */
  readonly reads?: readonly Read[] | undefined;
}

/** What a maker may use. Everything it needs comes from here; it never looks at the process or the clock. */
export interface MakeContext {
  /** Absolute path of the project. */
  readonly root: string;
  /** Glob of what releases write into the project: no input, unless it is named. */
  readonly ours?: string | undefined;
  /** A folder of its own, empty, on the cache's file system; gone afterwards. */
  readonly scratch: string;
  /** The clock of the release, seconds since 1970. */
  readonly epoch: number;
  /** What its commands inherit: the operator's environment with the Step's over it. Not part of the key. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Artifacts of the Steps it needs, in the order of `needs`. */
  readonly inputs: readonly Artifact[];
  readonly signal: AbortSignal;
  readonly compressor: Compressor;
  /** The input that a needed Step made under a name. */
  inputOf(step: string, name: string): Artifact;
  /** Path of an input's bytes, read-only. */
  pathOf(artifact: Artifact): string;
  /** An input to be put into containers; compressed at most once, however many containers ask. */
  contentOf(artifact: Artifact): Content;
  /** The same for a file of the project; it is read and hashed now. */
  contentOfFile(path: string, stats?: Stats): Promise<Content>;
  /** The same for a part of a scratch file that was hashed while it was written. */
  contentOfRange(path: string, range: FileRange): Content;
  /** The same for bytes in memory. */
  contentOfBytes(bytes: Uint8Array): Content;
  /** An image that a Step is made from, by its reference. */
  image(reference: string): Promise<OpenedImage>;
  /** Further digests of a content, for formats that demand them; its bytes are read at most once for them. */
  digestsOf(content: Content): Promise<OldDigests>;
  /** A key of the config's `trust.keys`, opened. Fails with `key.missing` or `key.invalid`. */
  signer(name: string): Promise<Signer>;
  /** Writes a file into the scratch folder while hashing it. */
  write(name: string, bytes: AsyncIterable<Uint8Array>): Promise<Made>;
  /** Runs a command; throws `step.failed` with command line, exit code and last lines, `tool.missing` when it is not there. */
  run(command: Command): Promise<CommandResult>;
  /** What Steps of one run may share, such as a toolchain's version: worked out once per `name`, however many ask. */
  once<T>(name: string, work: () => Promise<T>): Promise<T>;
  /**
   * A file that is the same for whoever gets it, such as a runtime of one version: `get` puts it into a fresh folder, once, and
   * it is kept in the cache under `name`. Gives its path, read-only and executable.
   */
  kept(name: string, get: (folder: string) => Promise<string>): Promise<string>;
  /**
   * Renders a text of the Plan that was waiting for late values, or a file's text with the values in its entry. `from` is where
   * messages say it stands; default: the entry.
   */
  render(source: string, scope: JsonObject, from?: TemplateOrigin): string;
  /** A line for people who asked for detail. */
  log(line: string): void;
}

/**
 * A Step with the options that its own kind decided. A Plan that was read from a file is believed to be one that was written: who
 * edits it by hand answers for what it says.
 */
export interface StepOf<Options extends JsonObject> extends Step {
  readonly options: Options;
}

/** Carries out Steps of one kind. */
export interface Maker<Options extends JsonObject = JsonObject> {
  readonly kind: string;
  /** Raised when the bytes it makes change, so that older cached results are not taken. */
  readonly version: number;
  /** Bytes of memory one Step takes at its peak, roughly; run.ts keeps the sum within its budget. Default 256 MiB. */
  readonly memory?: number | undefined;
  /** Its Steps leave the work to the compressor's threads, so that they are no jobs of their own: others go on meanwhile. */
  readonly waits?: boolean | undefined;
  /** What changes the result besides options, inputs and environment variables it was given, known before it runs: toolchain versions. */
  key?(step: StepOf<Options>, context: MakeContext): Promise<Json>;
  /** Programs whose versions change what it makes, for the provenance. Asked only where one is written. */
  toolchains?(step: StepOf<Options>, context: MakeContext): Promise<readonly Toolchain[]>;
  make(step: StepOf<Options>, context: MakeContext): Promise<MakeResult>;
}
