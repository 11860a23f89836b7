/** The names that have values only once something is made. */
import type { Name } from "./name.ts";

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
