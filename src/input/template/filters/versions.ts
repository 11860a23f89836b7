/** Filters over versions. */
import { FilterRefusal, textOf, type Filter } from "./filter.ts";

type Part = "major" | "minor" | "patch";

export const versionFilters: readonly Filter[] = [
  {
    name: "bump",
    summary: "The next major, minor or patch version; a `v` in front stays, pre-release and metadata go.",
    example: ["'v1.2.3' | bump: 'minor'", "v1.3.0"],
    run: (input, [part]) => bump(textOf(input), textOf(part, "the part")),
  },
];

/** Semantic Versioning 2.0.0, items 7 and 8. The patch version after a pre-release is the version it leads to (item 9). */
function bump(version: string, part: string): string {
  const match = /^(v?)(\d{1,15})(?:\.(\d{1,15}))?(?:\.(\d{1,15}))?(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/.exec(
    version,
  );
  if (match === null) throw new FilterRefusal(`"${version}" is not a version such as 1.2.3`);
  if (!isPart(part)) throw new FilterRefusal(`"${part}" is not major, minor or patch`);
  const [major, minor, patch] = [match[2], match[3], match[4]].map((digits) => Number(digits ?? 0)) as [
    number,
    number,
    number,
  ];
  const next = {
    major: [major + 1, 0, 0],
    minor: [major, minor + 1, 0],
    patch: [major, minor, match[5] === undefined ? patch + 1 : patch],
  }[part];
  return `${match[1] ?? ""}${next.join(".")}`;
}

function isPart(part: string): part is Part {
  return part === "major" || part === "minor" || part === "patch";
}
