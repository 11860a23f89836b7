/** Finds the artifacts that a file entry such as `build:engram` stands for. */
import type { Selector } from "../model/config/entry.ts";
import type { FileEntry } from "../model/config/files.ts";
import { matchesName } from "../model/name-glob.ts";
import { samePlatform, type Platform } from "../model/platform.ts";
import type { NamedStep } from "./deciding.ts";
import { narrowedTo } from "./targets.ts";

/** Which steps an artifact entry stands for: step id and output name of each. */
export type ArtifactLookup = (
  selector: Selector,
  targets: FileEntry["for"],
) => readonly { readonly step: string; readonly output: string }[];

/**
 * Among `steps`: what is for the platform, or for none; where the entry has a `for` of its own, what that lets in. `package:deb` is
 * every package of the format, or the entry of that name.
 */
export function lookupAmong(steps: readonly NamedStep[], platform: Platform | undefined): ArtifactLookup {
  return (selector, targets) => {
    const fits = (other: Platform | undefined): boolean => {
      if (other === undefined) return true;
      return targets === undefined
        ? platform === undefined || samePlatform(other, platform)
        : narrowedTo(targets, other);
    };
    return steps
      .filter((step) => isSelected(selector, step))
      .flatMap(({ step }) =>
        step.outputs
          .filter((output) => output.type !== "signature" && fits(output.platform))
          .map((output) => ({ step: step.id, output: output.name })),
      );
  };
}

function isSelected({ section = "build", name }: Selector, step: NamedStep): boolean {
  if (section !== step.section) return false;
  return matchesName(name, step.name) || (section === "package" && matchesName(name, step.step.kind));
}
