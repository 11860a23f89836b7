/** What the room hands out: the Config, the Facts, and the names templates may use. */
export { configNames, findConfig } from "./config/find.ts";
export { readConfig, readSource, type ReadRequest } from "./config/read.ts";
export type { ReadableKinds } from "./sections/section.ts";
export { compileTemplate } from "./template/late.ts";
export { targetScope, templateScope, templateVocabulary, type TemplateVocabulary } from "./template/scope.ts";
export { sourceOfText } from "./yaml/source.ts";
export { gatherFacts, type FactsRequest } from "./facts/gather.ts";
export { releasedTag } from "./facts/released-tag.ts";
export { createMachine } from "./facts/machine.ts";
export { probeAll, type Probed } from "./facts/probe.ts";
export { compareVersions, parseVersion, type Version } from "./facts/semver.ts";
export { configJsonSchema } from "./config/json-schema.ts";
export {
  configReference,
  type ConfigReference,
  type KindReference,
  type SectionReference,
} from "./config/reference.ts";
