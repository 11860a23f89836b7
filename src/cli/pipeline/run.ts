/** The pipeline: the same stages on every CI and at home. */
import type { JsonObject } from "../../model/json.ts";
import type { Plan } from "../../model/plan.ts";
import { afterPublish } from "../after-publish.ts";
import type { Decided } from "../decide.ts";
import { exit, type ExitCode } from "../exit.ts";
import { folderOf, keepPlan } from "../folder.ts";
import { runGates } from "../gates.ts";
import { makeRelease } from "../making.ts";
import type { Options } from "../options.ts";
import { whyNowhere } from "../output/nowhere.ts";
import { counted } from "../output/words.ts";
import { type Published, type PublishingRequest, publishRelease } from "../publishing.ts";
import { verifyTarget } from "../verifying/verification.ts";
import { vouchFor } from "../vouch.ts";
import { guardRelease, type Mode } from "./guard.ts";
import { askPlaces } from "./places.ts";
import { refuseChecks, verifyPublished } from "./published.ts";
import type { StageDetail, Stages } from "./stage.ts";
import { notesOf } from "./summary.ts";

/** What a pipeline has come to, for those who tell of it, also where a stage failed. */
export interface Progressed {
  decided?: Decided;
  folder?: string;
  published?: Published;
}

/** Carries the stages out. Throws what stops one; gives the exit code of what was published. */
export async function runPipeline(
  mode: Mode,
  options: Options,
  {
    stages,
    progressed,
    signal,
  }: { readonly stages: Stages; readonly progressed: Progressed; readonly signal: AbortSignal },
): Promise<ExitCode> {
  let unsigned = "";
  await stages.run("guard", async () => {
    const guarded = await guardRelease(mode, options);
    const { plan } = guarded.decided;
    progressed.decided = guarded.decided;
    unsigned = guarded.unsigned;
    return [
      `${plan.project} ${plan.version}`,
      plan.isSnapshot ? "a snapshot" : `tag ${plan.tag}`,
      ...(guarded.whySnapshot === "" ? [] : [guarded.whySnapshot]),
    ].join(", ");
  });
  const { decided } = progressed;
  if (decided === undefined) throw new Error("a guard without a Plan");
  const { plan, root } = decided;
  const folder = folderOf(decided);
  const publish = plan.isSnapshot ? plan.publish.filter(({ snapshots }) => snapshots === true) : plan.publish;
  const request: PublishingRequest = { root, folder, layout: plan.release.layout, publish, plan, signal };
  const why = whyUnpublished(mode, request, plan);
  if (why === "")
    await stages.run("places", () => askPlaces({ ...decided, plan: { ...plan, publish } }, options, signal));
  await stages.run("gates", () => gatesOf(decided, options, signal));
  await stages.run("make", async () => {
    const artifacts = await makeRelease(decided, folder, options);
    await keepPlan(decided);
    progressed.folder = folder;
    return counted(artifacts.length, "file");
  });
  const missing = [unsigned, ...skippedSignatures(decided)].filter((text) => text !== "");
  const isSigned = plan.release.signatures.length > 0;
  if (missing.length > 0) stages.skip("sign", `${isSigned ? "not all is signed" : "unsigned"}: ${missing.join("; ")}`);
  await stages.run("verify", async () => {
    const { verdict } = await verifyTarget(folder, options, { env: process.env, signal });
    refuseChecks(verdict.checks, plan.release.folder);
    return counted(verdict.checks.length, "check");
  });
  await stages.run("notes", async () => {
    const notes = await notesOf(plan, folder);
    return notes === "" ? { skipped: "the release has none" } : counted(notes.trimEnd().split("\n").length, "line");
  });
  if (why !== "") {
    if (mode === "release") stages.skip("publish", why);
    return exit.ok;
  }
  return publishStages(decided, request, options, { stages, progressed });
}

async function publishStages(
  decided: Decided,
  request: PublishingRequest,
  options: Options,
  { stages, progressed }: { readonly stages: Stages; readonly progressed: Progressed },
): Promise<ExitCode> {
  let published: Published | undefined;
  await stages.run("publish", async () => {
    published = await publishRelease(request, options);
    progressed.published = published;
    return published.text.replaceAll("\n", "; ");
  });
  if (published === undefined) throw new Error("published without a result");
  const { code } = published;
  await stages.run("public", () => verifyPublished(published as Published, request, options));
  if (code !== exit.ok) {
    stages.skip("announce", "it is not published everywhere");
    return code;
  }
  await stages.run("announce", async () => {
    const after = await afterPublish(published as Published, request);
    progressed.published = after;
    const said = after.text.slice((published as Published).text.length).trim();
    return said === "" ? { skipped: "nothing is to be said" } : said.replaceAll("\n", "; ");
  });
  await stages.run("trust", async () => {
    const vouched = await vouchFor(decided, request.folder, options);
    return vouched === undefined ? { skipped: "the config has no trust root" } : counted(vouched.files.length, "file");
  });
  return progressed.published?.code ?? code;
}

/** Why nothing is published; empty where it is. */
function whyUnpublished(mode: Mode, { publish }: PublishingRequest, plan: Plan): string {
  if (mode === "validate") return "only validated";
  if (publish.length > 0) return "";
  return plan.isSnapshot ? "a snapshot is published nowhere by itself" : whyNowhere(plan);
}

async function gatesOf(decided: Decided, options: Options, signal: AbortSignal): Promise<StageDetail> {
  const config = await decided.config();
  if (options.gates === false) return { skipped: "--no-gates" };
  if (config === undefined || config.gates.length === 0) return { skipped: "the config has none" };
  const count = await runGates({ config, scope: decided.scope ?? {}, options, signal });
  return `${count} passed`;
}

/** What the Plan leaves unsigned, since a key is not here. */
function skippedSignatures({ plan }: Decided): readonly string[] {
  return plan.skipped.filter(({ what }) => what.startsWith("trust.sign")).map(({ what, why }) => `${what}: ${why}`);
}

/** For --json. */
export function progressedJson({ decided, folder, published }: Progressed): JsonObject {
  if (decided === undefined) return {};
  const { project, version } = decided.plan;
  return {
    project,
    version,
    ...(folder === undefined ? {} : { folder: decided.plan.release.folder }),
    ...(published === undefined ? {} : { published: published.data }),
  };
}
