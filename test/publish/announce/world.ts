/** What an announcement may use, in tests: a Release that is public, secrets by name, no waits. */
import { compileTemplate } from "../../../src/input/index.ts";
import type { ReleaseAbout } from "../../../src/model/about.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import type { AnnounceContext } from "../../../src/publish/announce/kind.ts";
import { planText } from "../../worlds/planning.ts";
import { aboutOf } from "../../store/context.ts";

export const releaseUrl = "https://forge.example/acme/tool/releases/tag/v1.2.3";

export interface AnnounceWorld {
  readonly secrets?: Readonly<Record<string, string>>;
  readonly about?: Partial<ReleaseAbout>;
  readonly url?: string;
  readonly root?: string;
  readonly once?: string;
}

export function announceContext(world: AnnounceWorld = {}): AnnounceContext {
  const { secrets = {}, url = releaseUrl, root = "/nowhere", once = "a".repeat(64) } = world;
  const about = aboutOf({ notes: async () => "### Features\n\n- more (#7)\n", ...world.about });
  return {
    root,
    about,
    url,
    once,
    env: {},
    secret: async ({ from, name }) => Buffer.from(secrets[`${from}:${name}`] ?? ""),
    render: (text) =>
      typeof text === "string"
        ? text
        : compileTemplate(text.late, undefined).render({
            ...text.with,
            release: { url, notes: "N", title: about.title },
          }),
    retry: { attempts: 2, sleep: async () => {} },
  };
}

/** The options of the one announcement in a config, as its Plan holds them after it was written to a file and read. */
export function optionsOf(announce: string): JsonObject {
  const { announce: planned } = planText(`slipway: 1\nproject: tool\nannounce:\n  - ${announce}\n`);
  return JSON.parse(JSON.stringify(planned[0]?.options)) as JsonObject;
}
