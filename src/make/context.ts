/** Gives a maker what it may use, and nothing else. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";

import type { Compressor } from "../format/segment.ts";
import type { Artifact } from "../model/artifact.ts";
import type { Cache } from "../model/cache.ts";
import { diskProblem } from "../model/disk.ts";
import type { OpenImage } from "../model/image.ts";
import type { JsonObject } from "../model/json.ts";
import type { Plan, Step } from "../model/plan.ts";
import type { Progress } from "../model/progress.ts";
import type { Signer } from "../model/signer.ts";
import type { TemplateOrigin } from "../model/template.ts";
import type { Contents } from "./content.ts";
import { keptFile } from "./kept.ts";
import type { Made, MakeContext } from "./maker.ts";
import { commandLine, runCommand } from "./spawn.ts";

export interface ContextRequest {
  readonly plan: Plan;
  readonly root: string;
  readonly step: Step;
  readonly made: ReadonlyMap<string, readonly Artifact[]>;
  readonly cache: Cache;
  readonly contents: Contents;
  readonly compressor: Compressor;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly render: (source: string, scope: JsonObject, from?: TemplateOrigin) => string;
  readonly openSigner: (name: string, signal: AbortSignal) => Promise<Signer>;
  readonly openImage: OpenImage;
  readonly scratch: { readonly path: () => Promise<string> };
  /** What Steps of this run share, by name. */
  readonly shared: Map<string, Promise<unknown>>;
}

/** A context whose scratch folder does not exist yet; `ready()` makes it. */
export interface EarlyContext extends MakeContext {
  ready(): Promise<MakeContext>;
}

export function makeContext(request: ContextRequest): EarlyContext {
  const { step, made, cache, contents, root } = request;
  const inputs = step.needs.flatMap((need) => made.get(need) ?? []);
  // Tools that follow reproducible-builds.org stamp this time instead of today.
  const env = { ...request.env, SOURCE_DATE_EPOCH: String(request.plan.epoch), ...step.env };
  let scratch = "";

  const context: EarlyContext = {
    root,
    ours: request.plan.release.own,
    get scratch() {
      if (scratch === "") throw new Error("the scratch folder is there only while a Step is made");
      return scratch;
    },
    epoch: request.plan.epoch,
    env,
    inputs,
    signal: request.signal,
    compressor: request.compressor,
    inputOf(from, name) {
      const artifact = made.get(from)?.find((candidate) => candidate.name === name);
      if (artifact === undefined) throw new Error(`${step.id} wants ${name} of ${from}, which did not make it`);
      return artifact;
    },
    pathOf: (artifact) => cache.pathOf(artifact.digest),
    contentOf: (artifact) => contents.ofArtifact(artifact),
    contentOfFile: (path, stats) => contents.ofFile(path, stats),
    contentOfRange: (path, range) => contents.ofRange(path, range),
    contentOfBytes: (bytes) => contents.ofBytes(bytes),
    digestsOf: (content) => contents.digestsOf(content),
    signer: (name) => context.once(`signer ${name}`, () => request.openSigner(name, request.signal)),
    image: (reference) => context.once(`image ${reference}`, () => request.openImage(reference, request.signal)),
    write: (name, bytes) => writeHashed(join(context.scratch, name), name, bytes),
    run(command) {
      const detail = (line: string): void => request.progress.detail(step, line);
      if (command.quiet !== true) detail(`$ ${commandLine(command)}`);
      return runCommand(command, {
        cwd: command.cwd ?? root,
        env: { ...env, ...command.env },
        signal: request.signal,
        place: step.place,
        onLine: command.quiet === true ? undefined : detail,
      });
    },
    once<T>(name: string, work: () => Promise<T>) {
      const started = (request.shared.get(name) as Promise<T> | undefined) ?? work();
      request.shared.set(name, started);
      return started;
    },
    kept: (name, get) => context.once(`kept ${name}`, () => keptFile(cache, name, get)),
    render: (source, scope, from) => request.render(source, { env: definedIn(env), ...scope }, from ?? step.place),
    log: (line) => request.progress.detail(step, line),
    async ready() {
      scratch = await request.scratch.path();
      return context;
    },
  };
  return context;
}

/** An environment as templates see it. */
export function definedIn(env: Readonly<Record<string, string | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

async function writeHashed(path: string, name: string, bytes: AsyncIterable<Uint8Array>): Promise<Made> {
  const hash = createHash("sha256");
  let size = 0;
  try {
    const file = await open(path, "wx");
    try {
      for await (const chunk of bytes) {
        hash.update(chunk);
        size += chunk.length;
        await file.writeFile(chunk); // writev ends short on a full disk, and says nothing
      }
    } finally {
      await file.close();
    }
  } catch (thrown) {
    throw diskProblem(thrown, path);
  }
  return { name, path, sha256: hash.digest("hex"), size };
}
