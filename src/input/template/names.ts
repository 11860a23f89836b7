/** Which names templates may use where: known before anything is rendered, so that a misspelt one is found at once. */

export interface Name {
  readonly name: string;
  /** For the reference. */
  readonly summary: string;
  /** Fields of a record; undefined: a plain value, or one whose fields are not known beforehand. */
  readonly fields?: readonly string[];
}

/** Names and their fields, as compiled templates are held against. */
export type Names = ReadonlyMap<string, readonly string[] | undefined>;

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

/** Known where something is made for a target: in `builds` and `archives`. `targetScope` gives the values. */
export const targetNames: readonly Name[] = [
  { name: "os", summary: "`linux`, `darwin`, `windows`, ..." },
  { name: "arch", summary: "`amd64`, `arm64`, `arm`, ..." },
  { name: "variant", summary: "`7` of linux/arm/7, `v3` of linux/amd64/v3; else empty." },
  { name: "target", summary: "All of it; prints as `linux_arm_7`.", fields: ["name", "os", "arch", "variant"] },
  { name: "platform", summary: "The same as `linux/arm/7`." },
  { name: "ext", summary: "`.exe` for windows, else mostly nothing; in archives, the archive's extension." },
  { name: "amd64", summary: "The variant on amd64 (`v1` where none is said), else empty." },
  { name: "i386", summary: "The variant on 386, else empty." },
  { name: "arm", summary: "The variant on arm, else empty." },
  { name: "arm64", summary: "The variant on arm64, else empty." },
  { name: "mips", summary: "The variant on mips and its relatives, else empty." },
  { name: "ppc64", summary: "The variant on ppc64 and ppc64le, else empty." },
  { name: "riscv64", summary: "The variant on riscv64, else empty." },
];

/** Known in `builds` as well. */
export const buildNames: readonly Name[] = [{ name: "name", summary: "The entry's name." }];

/** Known in `archives` as well. */
export const archiveNames: readonly Name[] = [
  {
    name: "binary",
    summary: "File name of the program without `.exe`, where the archive holds one; else the project's name.",
  },
  { name: "build", summary: "Name of its build, where the archive holds one; else the project's name." },
  { name: "format", summary: "The archive's format." },
];

/** Known in `packages` as well. */
export const packageNames: readonly Name[] = [
  { name: "name", summary: "The package's name." },
  { name: "format", summary: "The package's format: `deb`, `rpm`, ..." },
  {
    name: "conventionalName",
    summary: "In `file`: the file name by the format's own convention, extension and all.",
  },
  { name: "packageVersion", summary: "In `file`: the whole version as the package manager prints it." },
  { name: "packageArch", summary: "In `file`: the format's word for the architecture." },
];

/** Known in `images` as well. */
export const imageNames: readonly Name[] = [{ name: "id", summary: "By which others name the image." }];

/** Known in `charts` as well. */
export const chartNames: readonly Name[] = [
  { name: "name", summary: "The chart's name; not in the entry's own `name` and `folder`." },
  { name: "chartVersion", summary: "In `file`: the chart's version." },
];

/** Known in the signer commands of `trust.keys`. */
export const keyNames: readonly Name[] = [
  { name: "artifact", summary: "Path of the file to be signed." },
  { name: "signature", summary: "Path of the file the command writes the signature to." },
  {
    name: "hash",
    summary: "For `rsa` and `openssl`: the hash that is asked for, `sha1`, `sha256`, `sha384` or `sha512`.",
  },
  { name: "comment", summary: "For `minisign`: the trusted comment that is asked for." },
  { name: "namespace", summary: "For `ssh`: the namespace that is asked for." },
  { name: "timestamp", summary: "The release's clock, in seconds since 1970." },
  { name: "env", summary: "Environment variables, the entry's `env` over the operator's." },
];

/** Known only once something is made; each may stand only where the reference says so (rule 7). */
export const lateNames: readonly Name[] = [
  {
    name: "artifact",
    summary:
      "What was made; prints as its file name. In hooks after a build, and in names of checksum files and signatures; in commands of `trust.sign`, the path of the file to be signed.",
    fields: ["name", "path", "ext", "type", "os", "arch", "variant", "target", "digest", "sha256", "size"],
  },
  {
    name: "release",
    summary:
      "In announcements: `url`, where people find the release; `urls`, the same by the name of each store; its `title`, `channel` and `notes`.",
    fields: ["url", "urls", "title", "channel", "notes"],
  },
  {
    name: "change",
    summary: "In `notes.entry`: a commit or a pull request.",
    fields: [
      "commit",
      "shortCommit",
      "author",
      "login",
      "email",
      "subject",
      "body",
      "type",
      "scope",
      "description",
      "isBreaking",
      "breaking",
      "number",
      "url",
      "commitUrl",
      "labels",
    ],
  },
  { name: "algorithm", summary: "The algorithm, in names of checksum files." },
  { name: "signature", summary: "In commands of `trust.sign`: path of the file that the signature is written to." },
  {
    name: "artifacts",
    summary:
      "Everything that is listed, each with the fields of `artifact`, in the release notes, rendered files of `release.files`, and announcements.",
  },
  {
    name: "checksums",
    summary:
      "The lines of a checksum file over everything that is listed, in the release notes, rendered files of `release.files`, and announcements.",
  },
  {
    name: "images",
    summary:
      "In the release notes, rendered files of `release.files`, announcements and the `values` of charts, each image of the release by its `id`: its `digest`; its `name`, a repository without tag; its `reference`, the name with the digest; and its `names`, with their tags.",
  },
];

function tableOf(...several: readonly (readonly Name[])[]): Names {
  return new Map(several.flat().map(({ name, fields }) => [name, fields]));
}

/** The names of each place templates stand in. */
export const namesOf = {
  release: tableOf(releaseNames),
  build: tableOf(releaseNames, targetNames, buildNames),
  archive: tableOf(releaseNames, targetNames, archiveNames),
  package: tableOf(releaseNames, targetNames, packageNames),
  image: tableOf(releaseNames, targetNames, imageNames),
  chart: tableOf(releaseNames, chartNames),
  key: tableOf(keyNames),
  late: tableOf(lateNames),
} as const;

/** The same names with the keys of the config's own `vars`, which are known as well. */
export function withVars(names: Names, vars: readonly string[]): Names {
  return new Map([...names, ["vars", vars]]);
}

/** The same names but for some. */
export function without(names: Names, ...left: readonly string[]): Names {
  return new Map([...names].filter(([name]) => !left.includes(name)));
}
