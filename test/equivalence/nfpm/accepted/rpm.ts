/** Accepted differences of rpm. */
import type { Accepted } from "./entry.ts";
import { added, both, changed } from "./shared.ts";

const entries: readonly Omit<Accepted, "formats">[] = [
  {
    about: "`rpmlib(...)`",
    nfpm: "asks for no feature of rpm",
    slipway: "asks for those it uses, so that an older rpm refuses instead of failing",
    field:
      /^requires rpmlib\((CompressedFileNames|FileDigests|PayloadFilesHavePrefix|PayloadIs(Zstd|Xz)|TildeInVersions|LargeFiles)\)$/,
    holds: added(),
  },
  {
    about: "what scripts need",
    nfpm: "nothing",
    slipway: "requires each script's interpreter, as rpmbuild does",
    field: /^requires \/bin\/(ba)?sh$/,
    holds: added(),
  },
  {
    about: "what a package provides",
    nfpm: "its name",
    slipway: "its name for the architecture too: `tool(x86-64)`",
    field: /^provides \S+\([a-z0-9-]+\)$/,
    holds: added(),
  },
  {
    about: "the epoch of what it provides",
    nfpm: "left out, so that `tool >= 2:1.0` does not find the package",
    slipway: "there",
    field: /^provides \S+$/,
    holds: (difference, { epoch }) => changed((evr) => evr.replace(/^8 /, `8 ${epoch}:`))(difference),
  },
  {
    about: "`BUILDHOST`",
    nfpm: "the name of the machine, unless `buildhost` is set",
    slipway: "`localhost`: the same bytes everywhere",
    field: /^tag Buildhost$/,
    holds: ({ slipway }) => slipway === "localhost",
  },
  {
    about: "`GROUP`",
    nfpm: "none, unless `group` is set",
    slipway: "`Unspecified`, as rpmbuild writes",
    field: /^tag Group$/,
    holds: added("Unspecified"),
  },
  {
    about: "no `license`",
    nfpm: "an empty tag",
    slipway: "`Unspecified`: rpmbuild refuses packages without one",
    field: /^tag License$/,
    holds: both("", "Unspecified"),
  },
  {
    about: "`ENCODING`",
    nfpm: "none",
    slipway: "`utf-8`",
    field: /^tag Encoding$/,
    holds: added("utf-8"),
  },
  {
    about: "`RPMVERSION`",
    nfpm: "none",
    slipway: "the rpm whose form the package has",
    field: /^tag Rpmversion$/,
    holds: added(),
  },
  {
    about: "`PAYLOADFLAGS`",
    nfpm: "9, whatever the compression",
    slipway: "the level of the compression",
    field: /^tag Payloadflags$/,
    holds: ({ nfpm, slipway }) => nfpm === "9" && /^[1-9]$/.test(slipway ?? ""),
  },
  {
    about: "`DESCRIPTION`",
    nfpm: "ends with the line end that `description: \\|` leaves",
    slipway: "without blanks at its end",
    field: /^tag Description$/,
    holds: changed((text) => text.trimEnd()),
  },
  {
    about: "text of scripts",
    nfpm: "with its `#!` line, as a comment",
    slipway: "without: the interpreter has a tag of its own",
    field: /^tag (Pretrans|Prein|Postin|Preun|Postun|Posttrans|Verifyscript)$/,
    holds: changed((text) => text.replace(/^#!.*\n/, "").trimEnd()),
  },
  {
    about: "interpreters of scripts",
    nfpm: "`/bin/sh`, whatever the `#!` line says",
    slipway: "what the `#!` line says",
    field: /^tag (Pretrans|Prein|Postin|Preun|Postun|Posttrans|Verifyscript)prog$/,
    holds: both("/bin/sh", "/bin/bash"),
  },
  {
    about: "classes of files",
    nfpm: "none",
    slipway: "what `file` would say, which rpmlint and debuggers go by",
    field: /^file \S+ class$/,
    holds: ({ nfpm, slipway }) => nfpm === "none" && /^\d+$/.test(slipway ?? ""),
  },
  {
    about: "devices of files that are none",
    nfpm: "1",
    slipway: "0, as rpmbuild has it",
    field: /^file \S+ device$/,
    holds: both("1", "0"),
  },
  {
    about: "sizes of folders",
    nfpm: "4096",
    slipway: "0: what a folder takes is the file system's affair",
    field: /^file \S+ size$/,
    holds: both("4096", "0"),
  },
  {
    about: "modes of links in rpm",
    nfpm: "0000",
    slipway: "0777, as on every Linux",
    field: /^file \S+ mode$/,
    holds: both(String(0o120000), String(0o120777)),
  },
  {
    about: "digests of ghosts",
    nfpm: "the digest of nothing, so that `rpm -V` complains of every ghost that is written",
    slipway: "none, and only owner, group and mode are verified",
    field: /^file \S+ (digest|verify)$/,
    holds: ({ field, slipway }, { contents = [] }) =>
      contents.some(({ dst, type }) => type === "ghost" && field.startsWith(`file ${dst} `)) &&
      (field.endsWith("digest") ? slipway === "" : slipway === "4294967256"),
  },
];

export const rpmDifferences: readonly Accepted[] = entries.map((entry) => ({ ...entry, formats: ["rpm"] }));
