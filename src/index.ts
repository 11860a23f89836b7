/** The package's `slipway`: what the command line does, as functions. */

// Read and decide.
export { compileTemplate, configJsonSchema, gatherFacts, readConfig, templateVocabulary } from "./input/index.ts";
export type { FactsRequest, ReadRequest, ReadableKinds, TemplateVocabulary } from "./input/index.ts";
export { plan, type PlanRequest } from "./plan/plan.ts";
export type { DecidingKinds, Vocabulary } from "./plan/deciding.ts";
export { readPlan, writePlan } from "./plan/file.ts";

// Make.
export { kinds, makerOf } from "./cli/tables.ts";
export { type Keyring, keyring } from "./cli/keys.ts";
export { type BasesRequest, lookUpBases } from "./cli/bases.ts";
export { imageOpener, type ImagesContext } from "./store/open-image.ts";
export { run, type RunResult } from "./make/run.ts";
export type { RenderLate, RunRequest } from "./make/running.ts";
export { closeRelease, type CloseRequest, type SignFile } from "./make/close.ts";
export { fileSigner } from "./cli/signing.ts";
export { type CacheFolder, type CacheOptions, type CacheUsage, openCache } from "./store/cache.ts";

// Keep, publish and verify.
export { writeReleaseFolder, type WriteReleaseRequest } from "./store/release-folder.ts";
export { openReleased, type Released } from "./store/released.ts";
export { copy, type CopyRequest } from "./store/copy.ts";
export { publish, type PublishRequest, type StoreResult } from "./publish/publish.ts";
export { verifyFolder, type VerifyOptions } from "./verify/folder.ts";
export { type NamedText, openTrust, type Trust } from "./verify/trust.ts";
export type { Check, Verdict } from "./verify/verdict.ts";

// The words all of these share.
export type { Artifact, ArtifactType, Contained, Digest, ExpectedArtifact } from "./model/artifact.ts";
export type { Cache } from "./model/cache.ts";
export type { Config } from "./model/config.ts";
export type { Facts } from "./model/facts.ts";
export type { BaseFacts, ImageSource, OpenImage, OpenedImage } from "./model/image.ts";
export type { Json, JsonObject } from "./model/json.ts";
export type { ArchiveKind, BuildKind, KeyKind, KindTable, StoreKind, StoreSigning } from "./model/kind.ts";
export type { LeftOut, Plan, PlannedStep, PublishPlan, Step } from "./model/plan.ts";
export { formatPlatform, parsePlatform, type Platform } from "./model/platform.ts";
export { Problem, type ProblemCode, Problems, problemsOf, type Place } from "./model/problem.ts";
export { type Progress, silent } from "./model/progress.ts";
export type { KeyFacts, OpenpgpSigner, RsaSigner, Signer, ToSign } from "./model/signer.ts";
export type { Receipt, Store } from "./model/store.ts";
export type { Template } from "./model/template.ts";
