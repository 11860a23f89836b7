/** Every package manager of the matrix. */
import { apk } from "./apk.ts";
import { apt26, apt33, dpkg } from "./debian.ts";
import type { Manager } from "./manager.ts";
import { pacman } from "./pacman.ts";
import { rpm4, rpm6 } from "./rpm.ts";
import { dnf4, dnf5, zypper } from "./solvers.ts";

export const managers: readonly Manager[] = [dpkg, apt26, apt33, rpm4, rpm6, dnf4, dnf5, zypper, apk, pacman];
