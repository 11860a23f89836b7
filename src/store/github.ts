/** The github store: files of a release on GitHub, in a draft until everything is there. */
import type { JsonObject } from "../model/json.ts";
import { refuseTagAhead } from "./forge/ahead.ts";
import { downloadsAt } from "./forge/downloads.ts";
import { decideForge, repositoryOf } from "./forge/options.ts";
import { probeUntagged } from "./forge/untagged.ts";
import { addressesOf } from "./github/address.ts";
import { githubDecided, type GithubOptions, githubSchema } from "./github/options.ts";
import { probeGithub } from "./github/probe.ts";
import { leavingAt } from "./github/place.ts";
import { openSession } from "./github/session.ts";
import { githubStore } from "./github/store.ts";
import { commitOfTag } from "./github/tags.ts";
import { refusePush } from "./github/token.ts";
import type { RetryOptions } from "./http/retry.ts";
import type { OpenableStore } from "./kind.ts";
import { leavingLater } from "./later.ts";

/** The kind, with other waits between requests than the usual ones. */
export function githubKind(timing: Partial<RetryOptions> = {}): OpenableStore<GithubOptions> {
  return {
    kind: "github",
    summary: "A release on GitHub, or on a GitHub Enterprise Server.",
    example:
      "stores:\n  github: { github: acme/tool }\n  later: { github: acme/tool, draft: true, token: env:RELEASE_TOKEN }\npublish: [github]\n",
    primary: "github",
    schema: githubSchema,
    // People pull images from registries; who wants the archives of them beside the other files says so.
    leaves: ["image"],
    job: ({ token }) => ({ writes: ["contents"], ...(token === undefined ? { secrets: ["GITHUB_TOKEN"] } : {}) }),
    decide({ options, place }, scope): JsonObject {
      const { immutable, discussion } = options;
      const forge: JsonObject = decideForge(options, repositoryOf(options.github, scope, { place }), scope);
      return {
        ...forge,
        discussion: discussion?.render(scope).trim() ?? "",
        ...(immutable === undefined ? {} : { immutable }),
      };
    },
    downloads(options, about) {
      const decided = githubDecided.parse(options);
      return downloadsAt(addressesOf(decided.endpoint).web.href, decided, about);
    },
    turnOf: (options) => (githubDecided.parse(options).immutable === true ? "final" : "names"),
    async open(options, context) {
      const session = await openSession(options, context, timing);
      const store = githubStore(session);
      return session.moves ? leavingLater(store, leavingAt(session)) : store;
    },
    async reach(options, context) {
      const session = await openSession(options, context, timing);
      try {
        refusePush(session);
        await refuseTagAhead(session, (tag) => commitOfTag(session.github, tag));
      } finally {
        session.github.http.close();
      }
    },
    probe: (options, context, expected) =>
      probeUntagged(githubDecided.parse(options), context, (asked) =>
        probeGithub({ options, context: asked, timing, expected }),
      ),
  };
}

export const github: OpenableStore<GithubOptions> = githubKind();
