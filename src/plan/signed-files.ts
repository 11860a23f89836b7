/** Which files of the Release are there to be signed, and what their signatures may not be called. */
import type { ArtifactType } from "../model/artifact.ts";
import type { PlannedStep } from "../model/plan.ts";
import type { ReleasePlan, SignaturePlan } from "../model/release-plan.ts";
import { Problem } from "../model/problem.ts";

/** A file that the Plan knows; those of `files:` are known when their Step runs, and have no name before. */
interface KnownFile {
  readonly type: ArtifactType;
  readonly name: string | undefined;
}

/** One Problem for each way of signing that nothing in the Plan is for. */
export function findIdle(release: ReleasePlan, steps: readonly PlannedStep[]): readonly Problem[] {
  const made = new Set(knownFiles(release, steps).map(({ type }) => type));
  return release.signatures
    .filter(({ of }) => !of.some((type) => made.has(type)))
    .map(
      ({ kind, of, place }) =>
        new Problem("plan.empty", `${kind}: nothing of the release is ${of.join(" or ")}`, {
          place,
          expected: "an `of` that some artifact fits",
        }),
    );
}

/** One Problem for each way of signing whose one name is that of another file, or would be that of several signatures. */
export function findTakenNames(release: ReleasePlan, steps: readonly PlannedStep[]): readonly Problem[] {
  const files = knownFiles(release, steps);
  return release.signatures.flatMap((signature) => {
    const { name, place } = signature;
    if (typeof name !== "string") return [];
    const message = whyTaken(signature, name, files);
    if (message === undefined) return [];
    return [new Problem("plan.collision", message, { place, hint: "Put `{{ artifact }}` into `as`." })];
  });
}

function whyTaken({ attaches, of }: SignaturePlan, name: string, files: readonly KnownFile[]): string | undefined {
  const signed = files.filter(({ type }) => of.includes(type) && !(attaches && type === "image"));
  if (signed.length > 1) return `the signatures of ${signed.length} files would all be called "${name}"`;
  const isTaken = files.some((file) => file.name?.toLowerCase() === name.toLowerCase());
  return isTaken ? `a signature would be called "${name}", as another file is` : undefined;
}

function knownFiles(release: ReleasePlan, steps: readonly PlannedStep[]): readonly KnownFile[] {
  const { checksums, index, provenance } = release;
  const made = steps.flatMap(({ outputs, section }): readonly KnownFile[] =>
    section === "files" ? [{ type: "file", name: undefined }] : outputs.filter(({ listed }) => listed),
  );
  const sums = checksums.map(({ name }) => ({
    type: "checksums" as const,
    name: typeof name === "string" ? name : undefined,
  }));
  return [
    { type: "release", name: "release.json" },
    ...made,
    ...sums,
    ...(index === "" ? [] : [{ type: "index" as const, name: index }]),
    ...(provenance === "" ? [] : [{ type: "provenance" as const, name: provenance }]),
  ];
}
