/** What a run is given, and what all its Steps share. */
import type { Compressor } from "../format/segment.ts";
import type { Artifact } from "../model/artifact.ts";
import type { Cache } from "../model/cache.ts";
import type { OpenImage } from "../model/image.ts";
import type { JsonObject } from "../model/json.ts";
import type { Plan, PlannedStep } from "../model/plan.ts";
import type { Progress } from "../model/progress.ts";
import type { Toolchain } from "../model/provenance.ts";
import type { Signer } from "../model/signer.ts";
import type { TemplateOrigin } from "../model/template.ts";
import type { Contents } from "./content.ts";
import type { Maker } from "./maker.ts";
import type { ReadChecker } from "./reads.ts";

export interface RunRequest {
  readonly plan: Plan;
  /** Absolute path of the project. */
  readonly root: string;
  /** The maker of a Step's section and kind. */
  readonly makerOf: (step: PlannedStep) => Maker;
  readonly cache: Cache;
  readonly compressor: Compressor;
  /** Steps at once. */
  readonly jobs: number;
  /** Bytes all running Steps may take together. */
  readonly memory: number;
  /** Take no remembered results; new ones are still remembered. */
  readonly noCache?: boolean;
  readonly signal?: AbortSignal;
  readonly progress: Progress;
  /** The operator's environment, which commands inherit. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Renders a text that waited for late values. */
  readonly render: RenderLate;
  /** Opens a key by its name in the config's `trust.keys`; what it runs ends with the signal. */
  readonly openSigner: (name: string, signal: AbortSignal) => Promise<Signer>;
  readonly openImage: OpenImage;
}

/** Renders the source of a template with data; `compileTemplate` of `input/` does. `from` is for messages. */
export type RenderLate = (source: string, scope: JsonObject, from?: TemplateOrigin) => string;

/** What all Steps of one run share. */
export interface Running extends Omit<RunRequest, "signal"> {
  readonly signal: AbortSignal;
  readonly made: Map<string, readonly Artifact[]>;
  readonly keys: Map<string, string>;
  readonly toolchains: Map<string, readonly Toolchain[]>;
  readonly contents: Contents;
  readonly reads: ReadChecker;
  readonly shared: Map<string, Promise<unknown>>;
}
