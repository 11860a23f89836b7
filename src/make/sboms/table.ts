/** Every kind of SBOM. */
import { kindTable } from "../../model/kind-words.ts";
import { command } from "./command.ts";
import { cyclonedx } from "./cyclonedx.ts";
import type { SbomFormat } from "./kind.ts";
import { spdx } from "./spdx.ts";

export const sboms = kindTable<SbomFormat>([spdx, cyclonedx, command] as readonly SbomFormat[]);
