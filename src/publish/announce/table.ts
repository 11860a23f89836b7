/** Every kind of announcement. */
import { kindTable, type KindTable } from "../../model/kind.ts";
import { bluesky } from "./bluesky.ts";
import { discord } from "./discord.ts";
import { discourse } from "./discourse.ts";
import { dockerhub } from "./dockerhub.ts";
import type { Announcer } from "./kind.ts";
import { mastodon } from "./mastodon.ts";
import { matrix } from "./matrix.ts";
import { milestone } from "./milestone.ts";
import { opencollective } from "./opencollective.ts";
import { slack } from "./slack.ts";
import { smtp } from "./smtp.ts";
import { teams } from "./teams.ts";
import { telegram } from "./telegram.ts";
import { webhook } from "./webhook.ts";

export const announcements: KindTable<Announcer> = kindTable<Announcer>([
  slack,
  discord,
  teams,
  mastodon,
  matrix,
  bluesky,
  telegram,
  discourse,
  opencollective,
  webhook,
  smtp,
  dockerhub,
  milestone,
]);
