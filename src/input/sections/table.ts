/** The top-level words, in the order of a release's life. */
import { announce } from "./announce.ts";
import { archives } from "./archives.ts";
import { before } from "./before.ts";
import { builds } from "./builds.ts";
import { charts } from "./charts.ts";
import { ci } from "./ci.ts";
import { cut } from "./cut.ts";
import { gates } from "./gates.ts";
import { images } from "./images.ts";
import { notes } from "./notes.ts";
import { packages } from "./packages.ts";
import { project } from "./project.ts";
import { release } from "./release.ts";
import { source } from "./source.ts";
import { publish, stores } from "./stores.ts";
import { trust } from "./trust/trust.ts";
import { env, vars } from "./vars.ts";
import { version } from "./version.ts";

export const sections = {
  project,
  vars,
  env,
  version,
  gates,
  cut,
  before,
  builds,
  source,
  archives,
  packages,
  images,
  charts,
  notes,
  release,
  trust,
  stores,
  publish,
  announce,
  ci,
} as const;

/** All words a config may begin a line with. */
export const topLevelKeys: readonly string[] = ["slipway", ...Object.keys(sections)];
