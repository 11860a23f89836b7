/** The names every template may use: what is known of the release. */
import type { Name } from "./name.ts";

/** Known everywhere. `templateScope` gives the values. */
export const releaseNames: readonly Name[] = [
  {
    name: "project",
    summary: "The project's name, and what else the config says of it.",
    fields: [
      "name",
      "title",
      "description",
      "homepage",
      "documentation",
      "repository",
      "license",
      "maintainer",
      "vendor",
      "copyright",
      "tags",
    ],
  },
  {
    name: "version",
    summary: "The version without prefix: `1.2.3-rc.1`; of a snapshot or nightly, what its template made.",
  },
  { name: "rawVersion", summary: "`major.minor.patch` of it." },
  { name: "major", summary: "Its first number." },
  { name: "minor", summary: "Its second number." },
  { name: "patch", summary: "Its third number." },
  { name: "prerelease", summary: "What stands behind its dash: `rc.1`." },
  { name: "metadata", summary: "What stands behind its plus." },
  { name: "tag", summary: "The release's tag, prefix and all; of a snapshot, the latest tag." },
  {
    name: "previousTag",
    summary: "The tag before it: of a final version the previous final one. Empty for the first.",
  },
  { name: "tagSubject", summary: "First paragraph of the tag's message; of the commit's for a lightweight tag." },
  { name: "tagBody", summary: "The rest of it." },
  { name: "tagContents", summary: "Both." },
  { name: "branch", summary: "The branch; empty on a detached HEAD." },
  { name: "commit", summary: "The commit's id." },
  { name: "fullCommit", summary: "The same." },
  { name: "shortCommit", summary: "Its first seven digits." },
  { name: "commitDate", summary: "When it was committed: `2026-01-30T12:00:00Z`." },
  { name: "commitTimestamp", summary: "The same in seconds since 1970." },
  {
    name: "date",
    summary:
      "The release's clock: SOURCE_DATE_EPOCH where it is set, else the commit's date. Never the time of the run.",
  },
  { name: "timestamp", summary: "The same in seconds since 1970." },
  { name: "year", summary: "The same, the year only." },
  { name: "summary", summary: "As `git describe --tags --always --dirty` says it." },
  { name: "gitUrl", summary: "Address of the remote, without credentials." },
  { name: "treeState", summary: "`clean` or `dirty`." },
  { name: "isSnapshot", summary: "Whether this is a snapshot." },
  { name: "isNightly", summary: "Whether this is a nightly." },
  { name: "isPrerelease", summary: "Whether the version has a pre-release part." },
  { name: "isDirty", summary: "Whether the tree differs from the commit." },
  { name: "isClean", summary: "Whether it does not." },
  { name: "isSingleTarget", summary: "Whether the command line asks for one target only." },
  { name: "runtime", summary: "The machine Slipway runs on.", fields: ["os", "arch"] },
  {
    name: "env",
    summary:
      "Environment variables, the config's `env` over the operator's. One that is not set is an error, but for `if` and `default`.",
  },
  { name: "vars", summary: "The config's `vars`." },
];
