/** The names that templates of one section may use besides: targets, and what each section makes. */
import type { Name } from "./name.ts";

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

/** Known in `stores` as well. */
export const storeNames: readonly Name[] = [
  { name: "channel", summary: "The channel it is for, as `release.channel` says: `stable`, `beta`." },
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
