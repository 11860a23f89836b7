/** How packages of each format are read. */
import type { Format } from "../config.ts";
import type { PackageFacts } from "../differences.ts";
import { apkFacts } from "./apk.ts";
import { archlinuxFacts } from "./archlinux.ts";
import { debFacts } from "./deb.ts";
import { ipkFacts } from "./ipk.ts";
import { rpmFacts } from "./rpm.ts";

export const factsOf: Readonly<Record<Format, (path: string) => PackageFacts>> = {
  deb: debFacts,
  rpm: rpmFacts,
  apk: apkFacts,
  archlinux: archlinuxFacts,
  ipk: ipkFacts,
};
