/** Every archive format. */
import { kindTable, type KindTable } from "../../model/kind.ts";
import { binary } from "./binary.ts";
import type { ArchiveFormat } from "./format.ts";
import { gz } from "./gz.ts";
import { tar } from "./tar.ts";
import { tarGz } from "./tar-gz.ts";
import { tarXz } from "./tar-xz.ts";
import { tarZst } from "./tar-zst.ts";
import { zip } from "./zip.ts";

export const archives: KindTable<ArchiveFormat> = kindTable([tarGz, tarZst, tarXz, tar, zip, gz, binary]);
