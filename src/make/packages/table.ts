/** Every package format. */
import { kindTable, type KindTable } from "../../model/kind.ts";
import type { PackageFormat } from "./format.ts";

export const packages: KindTable<PackageFormat> = kindTable<PackageFormat>([]);
