/** The words of the commands that publish a release, say so, and take it back. */
import { namingMade, namingSnapshot, timeout } from "./flags.ts";
import type { CommandWords } from "./words.ts";

export const publishingCommands: readonly CommandWords[] = [
  {
    name: "publish",
    args: "[release]",
    summary: "publish a release that was made",
    example: "slipway publish dist/1.0.0 --to public",
    flags: [
      namingSnapshot,
      ...namingMade,
      ["--skip <section...>", "leave out: announce; where a folder says nothing: images, sign, validate"],
      ["--to <place>", "publish to this store of the config only, or to this folder"],
      ["--stage", "send everything and read it back, and show nothing yet"],
      ["--drafts", "publish drafts that the config leaves to a person"],
      ["--plan <file>", "act on this plan"],
      timeout,
    ],
    load: async () => (await import("../commands/publish.ts")).publish,
  },
  {
    name: "status",
    args: "[release]",
    summary: "ask every place how far a release is there",
    example: "slipway status 1.0.0",
    flags: [
      namingSnapshot,
      ...namingMade,
      ["--to <place>", "ask this store of the config only, or this folder"],
      ["--plan <file>", "ask the places of this plan"],
      timeout,
    ],
    load: async () => (await import("../commands/status.ts")).status,
  },
  {
    name: "yank",
    args: "<release>",
    summary: "take a release back wherever it went, and keep a record",
    example: 'slipway yank 1.0.0 --why "it loses data on resume"',
    flags: [
      ["--why <text>", "why; people read it where the place has room for it"],
      ["--back-to <tag>", "what `latest` and taps go back to (default: the release before)"],
      ["--to <place>", "take it back from this store of the config only, or from this folder"],
      ["--plan <file>", "the places of this plan"],
      timeout,
    ],
    load: async () => (await import("../commands/yank.ts")).yank,
  },
  {
    name: "announce",
    args: "[release]",
    summary: "say what the config announces of a release that is public",
    example: "slipway announce dist/1.0.0 --dry-run",
    flags: [
      ...namingMade,
      ["--dry-run", "only show what would be said"],
      ["--again <name...>", "say these again, whatever was said before"],
      ["--plan <file>", "act on this plan"],
      timeout,
    ],
    load: async () => (await import("../commands/announce.ts")).announce,
  },
];
