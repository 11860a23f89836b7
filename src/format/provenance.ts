/** Writes and reads provenance.json: how a Release was made, as SLSA's provenance v1 in an in-toto Statement v1. */
import { Problem } from "../model/problem.ts";
import { formatTime } from "../model/time.ts";
import { readDocument, writeDocument } from "./json-document.ts";
import type { Provenance } from "./provenance-data.ts";
import { statementType } from "./release-statement.ts";
import {
  buildType,
  type Dependency,
  provenanceStatement,
  provenanceType,
  type ProvenanceStatement,
} from "./provenance-statement.ts";

export type { Provenance } from "./provenance-data.ts";

/** The file's text: the same for the same contents, in whatever order they come. */
export function writeProvenance(provenance: Provenance): string {
  const { source, build, builder, steps, artifacts } = provenance;
  const statement: ProvenanceStatement = {
    _type: statementType,
    subject: sorted(artifacts, ({ name }) => name).map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType: provenanceType,
    predicate: {
      buildDefinition: {
        buildType,
        externalParameters: {
          repository: orNothing(source.repository),
          ref: orNothing(source.ref),
          config: { path: source.config.path, digest: { sha256: source.config.sha256 } },
          tag: orNothing(build.tag),
          snapshot: build.snapshot,
          nightly: build.nightly,
          targets: orNone(build.asked.targets),
          skip: orNone(build.asked.skip),
          version: orNothing(build.asked.version),
        },
        internalParameters: {
          product: build.product,
          version: build.version,
          date: formatTime(build.epoch),
          dirty: build.dirty,
          plan: { sha256: build.plan },
          platform: orNothing(build.platform),
        },
        resolvedDependencies: [
          sourceOf(source),
          ...sorted(imagesOf(provenance), ({ name, digest }) => `${name} ${digest.sha256}`),
          ...sorted(toolchainsOf(provenance), ({ uri }) => uri),
        ],
      },
      runDetails: {
        builder: { id: builder.id, version: { slipway: builder.slipway } },
        byproducts:
          steps.length === 0
            ? undefined
            : sorted(steps, ({ id }) => id).map(({ id, key }) => ({ name: id, digest: { sha256: key } })),
      },
    },
  };
  return writeDocument(statement);
}

type Of<Kind extends "image" | "toolchain"> = Extract<Dependency, { annotations: { kind: Kind } }>;

function sourceOf({ repository, ref, commit, tree }: Provenance["source"]): Dependency {
  const uri = repository === "" ? undefined : `git+${repository}${ref === "" ? "" : `@${ref}`}`;
  return { name: "source", uri, digest: { gitCommit: commit, gitTree: tree } };
}

/** One for each image, with the manifest of each platform that was taken of it. */
function imagesOf({ images }: Provenance): readonly Of<"image">[] {
  const byImage = Map.groupBy(images, ({ reference, digest }) => `${reference}\0${digest}`);
  return [...byImage.values()].flatMap((all) => {
    const [first] = all;
    if (first === undefined) return [];
    const platforms = new Map(all.map(({ platform, manifest }) => [platform, hex(manifest)]));
    const manifests = sorted([...platforms], ([platform]) => platform).map(([platform, sha256]) => ({
      platform,
      sha256,
    }));
    return [
      { name: first.reference, digest: { sha256: hex(first.digest) }, annotations: { kind: "image", manifests } },
    ];
  });
}

function toolchainsOf({ toolchains }: Provenance): readonly Of<"toolchain">[] {
  return toolchains.map(({ name, version, steps }) => ({
    name,
    uri: `pkg:generic/${encodeURIComponent(name)}@${encodeURIComponent(version)}`,
    annotations: { kind: "toolchain", version, steps: steps.toSorted() },
  }));
}

/** Reads a provenance.json. Fails with `format.invalid`, naming each field that is wrong, and when its parts contradict each other. */
export function readProvenance(text: string, file: string): Provenance {
  const read = provenanceIn(readDocument(text, provenanceStatement, file), file);
  if (writeProvenance(read) !== text)
    throw new Problem("format.invalid", `${file} contradicts itself, or is not in the order it is written in`);
  return read;
}

function provenanceIn({ subject, predicate }: ProvenanceStatement, file: string): Provenance {
  const { externalParameters: external, internalParameters: internal } = predicate.buildDefinition;
  const { resolvedDependencies: all } = predicate.buildDefinition;
  const { builder, byproducts = [] } = predicate.runDetails;
  const source = all.find((one) => "digest" in one && "gitCommit" in one.digest);
  if (source === undefined || !("digest" in source) || !("gitCommit" in source.digest))
    throw new Problem("format.invalid", `${file}: resolvedDependencies: there is no source`);
  return {
    artifacts: subject.map(({ name, digest }) => ({ name, sha256: digest.sha256 })),
    source: {
      repository: external.repository ?? "",
      ref: external.ref ?? "",
      commit: source.digest.gitCommit,
      tree: source.digest.gitTree,
      config: { path: external.config.path, sha256: external.config.digest.sha256 },
    },
    build: {
      product: internal.product,
      version: internal.version,
      tag: external.tag ?? "",
      epoch: Date.parse(internal.date) / 1000,
      snapshot: external.snapshot,
      nightly: external.nightly,
      dirty: internal.dirty,
      plan: internal.plan.sha256,
      platform: internal.platform ?? "",
      asked: { targets: external.targets ?? [], skip: external.skip ?? [], version: external.version ?? "" },
    },
    builder: { id: builder.id, slipway: builder.version.slipway },
    toolchains: all.flatMap((one) =>
      "annotations" in one && one.annotations.kind === "toolchain"
        ? [{ name: one.name, version: one.annotations.version, steps: one.annotations.steps }]
        : [],
    ),
    images: all.flatMap((one) =>
      "annotations" in one && one.annotations.kind === "image" ? manifestsOf(one as Of<"image">) : [],
    ),
    steps: byproducts.map(({ name, digest }) => ({ id: name, key: digest.sha256 })),
  };
}

function manifestsOf({ name, digest, annotations }: Of<"image">): Provenance["images"] {
  return annotations.manifests.map(({ platform, sha256 }) => ({
    reference: name,
    digest: `sha256:${digest.sha256}`,
    platform,
    manifest: `sha256:${sha256}`,
  }));
}

function hex(digest: string): string {
  return digest.replace(/^sha256:/, "");
}

function orNone(texts: readonly string[]): [string, ...string[]] | undefined {
  const [first, ...rest] = texts;
  return first === undefined ? undefined : [first, ...rest];
}

function orNothing(text: string): string | undefined {
  return text === "" ? undefined : text;
}

function sorted<T>(items: readonly T[], by: (item: T) => string): T[] {
  return items.toSorted((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0));
}
