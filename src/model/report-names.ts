/** Names of the reports about a Release that may lie in its folder: the only files there that no Release lists. */

export const reportNames = {
  /** For people. */
  summary: "release-summary.md",
  /** For programs. */
  data: "release-summary.json",
  /** Names of the files that are published, one a line. */
  assets: "release-assets.txt",
  /** Where people find it. */
  url: "release-url.txt",
} as const;

const all: ReadonlySet<string> = new Set(Object.values(reportNames));

/** Whether a path, relative to a Release's folder, is a report's. Nothing vouches for what stands there. */
export function isReport(path: string): boolean {
  return all.has(path);
}
