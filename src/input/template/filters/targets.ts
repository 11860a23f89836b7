/** Filters over targets: how other ecosystems spell a machine. */
import { archIn, archStyles, type ArchStyle, type Platform } from "../../../model/platform.ts";
import { FilterRefusal, isRecord, textOf, type Filter } from "./filter.ts";

export const targetFilters: readonly Filter[] = [
  {
    name: "arch",
    summary: `A target's architecture as others spell it: ${archStyles.join(", ")}.`,
    example: ["'amd64' | arch: 'uname'", "x86_64"],
    run: (input, [style]) => archIn(styleOf(textOf(style ?? "go", "the style")), platformOf(input)),
  },
];

function styleOf(style: string): ArchStyle {
  const found = archStyles.find((known) => known === style);
  if (found === undefined) throw new FilterRefusal(`"${style}" is not a style; there are ${archStyles.join(", ")}`);
  return found;
}

/** The record `target`, or the name of an architecture alone. */
function platformOf(input: unknown): Platform {
  if (!isRecord(input)) return { os: "any", arch: textOf(input) };
  const { os, arch, variant } = input;
  if (typeof os !== "string" || typeof arch !== "string") throw new FilterRefusal("its input is not a target");
  return typeof variant === "string" && variant !== "" ? { os, arch, variant } : { os, arch };
}
