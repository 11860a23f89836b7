/** `slipway plan`: what a release would make and where it would go, as a tree and as data. */
import { writeFile } from "node:fs/promises";

import type { ImageAttributes } from "../../model/image.ts";
import type { Text } from "../../model/template.ts";
import { formatPlatform } from "../../model/platform.ts";
import type { Plan, PlannedStep } from "../../model/plan.ts";
import { onDisk } from "../../model/disk.ts";
import { writePlan } from "../../plan/file.ts";
import { decide } from "../decide.ts";
import { exit, type ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";
import { destinations } from "../output/destinations.ts";
import { remark, table } from "../output/say.ts";
import { untaggedCheck } from "../untagged.ts";

export async function plan(options: Options): Promise<ExitCode> {
  const { plan: decided, asSnapshot, whySnapshot } = await untaggedCheck(options, decide);
  if (asSnapshot) remark(options, `${whySnapshot}: this is the plan of a snapshot`);
  const { output } = options;
  if (output !== undefined) await onDisk(output, () => writeFile(output, writePlan(decided)));
  if (options.json === true) process.stdout.write(writePlan(decided));
  else if (options.quiet !== true) process.stdout.write(`${planText(decided)}\n`);
  return exit.ok;
}

/** The Plan for people: what it is of, the Steps as a tree, the artifacts as a table, where they go. */
export function planText(plan: Plan): string {
  const marks = [
    plan.isSnapshot ? "snapshot" : "",
    plan.isNightly ? "nightly" : "",
    plan.isPrerelease ? "pre-release" : "",
    plan.isDirty ? "dirty tree" : "",
  ].filter((mark) => mark !== "");
  const head = `${plan.project} ${plan.version}${marks.length === 0 ? "" : ` (${marks.join(", ")})`}`;
  const about = [
    `commit ${plan.commit.slice(0, 12)}${plan.tag === "" ? "" : `, tag ${plan.tag}`}${plan.previousTag === "" ? "" : `, previous ${plan.previousTag}`}`,
    `clock  ${new Date(plan.epoch * 1000).toISOString().replace(".000Z", "Z")}`,
    `folder ${plan.release.folder}`,
  ];
  return [
    head,
    ...about,
    "",
    stepTree(plan.steps),
    "",
    artifactTable(plan),
    "",
    ...plan.steps.flatMap(namesOf),
    ...destinations(plan),
    ...(plan.release.reports === undefined ? [] : [`report   in ${plan.release.reports}`]),
    ...plan.announce.map(({ name, kind }) => `announce ${name}${name === kind ? "" : ` (${kind})`}`),
    ...plan.skipped.map(({ what, why }) => `skipped ${what}: ${why}`),
  ]
    .join("\n")
    .trimEnd();
}

function stepTree(steps: readonly PlannedStep[]): string {
  const sections = [...new Set(steps.map(({ section }) => section))];
  return sections
    .flatMap((section) => {
      const own = steps.filter((step) => step.section === section);
      return [
        section,
        ...own.map(
          (step, index) => `${index === own.length - 1 ? "└─" : "├─"} ${step.title}  [${step.kind}]${needs(step)}`,
        ),
      ];
    })
    .join("\n");
}

function needs(step: PlannedStep): string {
  const shown = step.needs.filter((need) => !need.startsWith("before/"));
  return shown.length === 0 ? "" : `  from ${shown.length > 4 ? `${shown.length} steps` : shown.join(", ")}`;
}

function artifactTable(plan: Plan): string {
  const rows = plan.steps.flatMap((step) =>
    step.outputs
      .filter((output) => output.listed)
      .map((output) => [
        output.name,
        output.type,
        output.platform === undefined ? "" : formatPlatform(output.platform),
        step.id,
      ]),
  );
  const lists = [
    ...plan.release.checksums.map(({ name }) => [written(name), "checksums", "", ""]),
    ...plan.release.signatures.map(({ name, of, key }) => [written(name), "signature", "", signedText(of, key)]),
    ...(plan.release.signatureList === "" ? [] : [[plan.release.signatureList, "signatures", "", ""]]),
    ...(plan.release.provenance === "" ? [] : [[plan.release.provenance, "provenance", "", ""]]),
    ...(plan.release.index === "" ? [] : [[plan.release.index, "index", "", ""]]),
    ["release.json", "release", "", ""],
  ];
  return table([["ARTIFACT", "TYPE", "TARGET", "STEP"], ...rows, ...lists]);
}

/** A name as far as it is known. */
function written(name: Text): string {
  return typeof name === "string" ? name : name.late;
}

/** `of checksums, release by release`. */
function signedText(of: readonly string[], key: string): string {
  return `of ${of.join(", ")}${key === "" ? "" : ` by ${key}`}`;
}

/** What images and charts are called in registries. */
function namesOf({ outputs }: PlannedStep): readonly string[] {
  return outputs.flatMap(({ attributes }) => {
    const given = attributes["names"];
    const what = "chart" in attributes ? "chart" : "image";
    return (Array.isArray(given) ? (given as ImageAttributes["names"]) : []).map(({ name }) => `${what} ${name}`);
  });
}
