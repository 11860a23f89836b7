/** Decides `trust.sbom`: a Step for each document, about the whole Release or one artifact of it. */
import { type ArtifactType, builtTypes, type ExpectedArtifact } from "../model/artifact.ts";
import { typesOf } from "../model/only.ts";
import type { PlannedStep } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import type { SbomDraft, SbomEntry, SbomKind, SbomStepOptions } from "../model/sbom.ts";
import { formatPlatform } from "../model/platform.ts";
import type { Scope } from "../model/template.ts";
import { attempt, renderEnv, wanted, type Deciding } from "./deciding.ts";
import { locksOf, productOf, programsOf } from "./sbom-subjects.ts";

/** What a document of the whole Release describes. */
const described: ReadonlySet<ArtifactType> = new Set([...builtTypes, "file"]);

/** `made` are all Steps whose artifacts a document may be about; `by` is the version of this program. */
export function decideSboms(deciding: Deciding, made: readonly PlannedStep[], by: string): readonly PlannedStep[] {
  if (deciding.skip.has("sbom")) return [];
  const { config } = deciding;
  const written = config.trust.sboms.flatMap(
    (entry) => attempt(deciding, entry.place, () => decideEntry(deciding, entry, made, by)) ?? [],
  );
  return [...written, ...ofImages(deciding, made, by)];
}

/** One document: what it is about, and how it is written. */
interface Request {
  readonly deciding: Deciding;
  readonly entry: Pick<SbomEntry, "place" | "path" | "env">;
  readonly kind: SbomKind;
  readonly draft: SbomDraft;
  readonly made: readonly PlannedStep[];
  readonly by: string;
}

function decideEntry(
  deciding: Deciding,
  entry: SbomEntry,
  made: readonly PlannedStep[],
  by: string,
): readonly PlannedStep[] {
  if (!wanted(deciding, entry)) return [];
  const kind = kindOf(deciding, entry.kind);
  const draft = kind.decide(entry.options, deciding.vocabulary.base);
  const request: Request = { deciding, entry, kind, draft, made, by };
  const steps = entry.of.flatMap((word) => {
    if (word === "release") return [ofRelease(request)];
    const types = typesOf([word], entry.place);
    return artifactsIn(made, ({ type }) => types.includes(type)).map((found) => ofArtifact(request, found));
  });
  // Who leaves something out on the command line leaves out its SBOMs.
  if (steps.length === 0 && deciding.targets === undefined && deciding.skip.size === 0)
    throw new Problem("plan.empty", `${entry.path}: there are no ${entry.of.join(" or ")} it could be about`, {
      place: entry.place,
    });
  return steps;
}

/** `sbom` of an image: a document of it alone. */
function ofImages(deciding: Deciding, made: readonly PlannedStep[], by: string): readonly PlannedStep[] {
  return deciding.config.images.flatMap(({ sbom, place, path }) =>
    sbom.flatMap((name) => {
      const kind = kindOf(deciding, name);
      const draft = kind.decide({}, deciding.vocabulary.base);
      const request: Request = { deciding, entry: { place, path, env: {} }, kind, draft, made, by };
      const own = made.filter((step) => step.section === "images" && step.place === place);
      return artifactsIn(own, () => true).map((found) => ofArtifact(request, found));
    }),
  );
}

function kindOf({ kinds }: Deciding, name: string): SbomKind {
  const kind = kinds.sboms.get(name);
  if (kind === undefined) throw new Error(`sboms of kind ${name} passed the schema but are in no table`);
  return kind;
}

/** A listed artifact and the Step that makes it. */
interface Found {
  readonly step: PlannedStep;
  readonly output: ExpectedArtifact;
}

function artifactsIn(steps: readonly PlannedStep[], fits: (output: ExpectedArtifact) => boolean): readonly Found[] {
  return steps.flatMap((step) =>
    step.outputs.filter((output) => output.listed && fits(output)).map((output) => ({ step, output })),
  );
}

function ofRelease(request: Request): PlannedStep {
  const { draft, kind, deciding, made } = request;
  if (draft.ofRelease === "")
    throw new Problem("plan.invalid", `${kind.kind}: there is no one file that is the whole release`, {
      place: request.entry.place,
      hint: "Say in `of` what it is run on, such as [archives].",
    });
  const named = draft.as !== undefined && !draft.as.roots.includes("artifact");
  const name = named ? (draft.as?.render(deciding.vocabulary.base).trim() ?? "") : draft.ofRelease;
  // Extra files are found when their Step runs.
  const steps = made.filter(
    ({ outputs, open }) => open === true || outputs.some(({ listed, type }) => listed && described.has(type)),
  );
  return stepOf(request, name, "", steps);
}

function ofArtifact(request: Request, { step, output }: Found): PlannedStep {
  const { draft, deciding } = request;
  const named = draft.as?.roots.includes("artifact") === true;
  const scope: Scope = { ...deciding.vocabulary.base, artifact: artifactOf(output) };
  const name = named ? (draft.as?.render(scope).trim() ?? "") : `${output.name}${draft.suffix}`;
  return stepOf(request, name, output.name, [step]);
}

/** As much of an artifact as is known before it is made. */
function artifactOf({ name, type, platform }: ExpectedArtifact): object {
  return {
    name,
    type,
    os: platform?.os ?? "",
    arch: platform?.arch ?? "",
    variant: platform?.variant ?? "",
    target: platform === undefined ? "" : formatPlatform(platform),
  };
}

function stepOf(
  { deciding, entry, kind, draft, made, by }: Request,
  name: string,
  of: string,
  subjects: readonly PlannedStep[],
): PlannedStep {
  const inside = programsOf(subjects, made);
  const makers = made.filter(({ id }) => inside.steps.has(id));
  const options: SbomStepOptions = {
    of,
    tool: { name: "slipway", version: by },
    product: productOf(deciding),
    programs: inside.programs,
    locks: locksOf(deciding, [...subjects, ...makers]),
    own: draft.options,
  };
  return {
    id: `sbom/${name}`,
    section: "sboms",
    kind: kind.kind,
    title: name,
    needs: [...new Set([...subjects.map(({ id }) => id), ...inside.steps])],
    options,
    env: renderEnv(entry.env, deciding.vocabulary.base),
    outputs: [
      {
        name,
        type: "sbom",
        listed: true,
        attributes: { ...draft.attributes, ...(of === "" ? {} : { of }) },
      },
    ],
    place: entry.place,
  };
}
