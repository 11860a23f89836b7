/** Decides what the provenance says of the source and of who builds. */
import { formatPlatform } from "../model/platform.ts";
import { Problem } from "../model/problem.ts";
import type { SourcePlan } from "../model/provenance.ts";
import type { Deciding } from "./deciding.ts";
import { webAddress } from "./web-address.ts";

/** Undefined where no provenance is written. */
export function decideProvenance(deciding: Deciding): SourcePlan | undefined {
  const { config, facts, vocabulary, problems } = deciding;
  const entry = config.trust.provenance;
  if (entry === undefined || facts.source === undefined) return undefined;
  const scope = vocabulary.base;
  const builder = entry.builder?.render(scope) ?? facts.source.builder;
  if (!URL.canParse(builder)) {
    const place = entry.builder?.place ?? entry.place;
    problems.push(new Problem("plan.invalid", `"${builder}" is no URI`, { place, expected: "a URI for who builds" }));
  }
  return {
    ...facts.source,
    repository: webAddress(config.project.repository?.render(scope) ?? facts.git.url),
    builder,
    platform: entry.platform ? formatPlatform(facts.host) : "",
    asked: {
      targets: deciding.targets ?? [],
      skip: [...deciding.skip].filter((section) => section !== "publish").toSorted(),
      version: deciding.setVersion ?? "",
    },
  };
}
