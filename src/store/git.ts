/** The git store: files of a Release in a branch of a repository: a tap, a bucket, a site. */
import type { OpenableStore } from "./kind.ts";
import { type GitOptions, gitSchema } from "./git/options.ts";
import { decidedGit, decideGit } from "./git/decided.ts";
import { probeGit, reachGit } from "./git/probe.ts";
import { commitMethods } from "./git/signed-commit.ts";
import { openGitStore } from "./git/store.ts";

export const git: OpenableStore<GitOptions> = {
  kind: "git",
  summary: "A branch of a git repository, such as a Homebrew tap: by one commit, pushed or proposed as a pull request.",
  example:
    'stores:\n  tap: { git: https://github.com/acme/homebrew-tap, token: env:TAP_TOKEN, path: "Formula/{{ artifact }}" }\npublish: [{ store: tap, only: "*.rb" }]\n',
  primary: "git",
  schema: gitSchema,
  // An image's archive in a repository would be in its history for ever.
  leaves: ["image"],
  decide: ({ options, place }, scope) => decideGit(options, scope, place),
  turnOf: () => "pointers",
  signing: { methods: commitMethods, keyOf: ({ sign }) => sign },
  namesNewest: (options) => decidedGit.parse(options).namesNewest,
  open: async (options, context) => openGitStore(decidedGit.parse(options), context),
  reach: async (options, context) => reachGit(decidedGit.parse(options), context),
  probe: async (options, context) => probeGit(decidedGit.parse(options), context),
};
