/** Every package format. */
import { kindTable, type KindTable } from "../../model/kind.ts";
import { apk } from "./apk.ts";
import { archlinux } from "./archlinux.ts";
import { deb } from "./deb.ts";
import type { PackageFormat } from "./format.ts";
import { rpm } from "./rpm.ts";
import { srpm } from "./srpm.ts";
import { ipk } from "./ipk.ts";
import { termuxDeb } from "./termux-deb.ts";

export const packages: KindTable<PackageFormat> = kindTable<PackageFormat>([
  deb,
  rpm,
  srpm,
  apk,
  archlinux,
  ipk,
  termuxDeb,
]);
