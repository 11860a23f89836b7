/** Gets what a forge says of the release's pull requests, where the notes are told from them. */
import { templateVocabulary } from "../input/index.ts";
import type { Config } from "../model/config.ts";
import type { Facts } from "../model/facts.ts";
import { problemsOf } from "../model/problem.ts";
import type { SecretName } from "../model/schema.ts";
import type { Options } from "./options.ts";
import { remark } from "./output/say.ts";
import { fetchSecret } from "./secrets.ts";

/** Notes that are told from pull requests. A snapshot needs no network: where there is none, it is told from commits. */
export async function toldNotes(
  config: Config,
  facts: Facts,
  options: Options,
): Promise<{ readonly config: Config; readonly facts: Facts }> {
  const { notes } = config;
  if (notes === undefined || notes.from.includes(":") || notes.from === "commits" || notes.from === "merges")
    return { config, facts };
  const { readPullRequests } = await import("./pull-requests.ts");
  const { env, platform } = process;
  const { signal } = new AbortController();
  const secret = (name: SecretName): Promise<Uint8Array> =>
    fetchSecret(name, { root: facts.root, env, platform, signal });
  const { base: scope } = templateVocabulary(config, facts);
  try {
    const said = await readPullRequests({
      config,
      facts,
      scope,
      context: { root: facts.root, env, signal, secret },
    });
    return { config, facts: { ...facts, ...said } };
  } catch (thrown) {
    const [problem] = problemsOf(thrown) ?? [];
    if (!facts.isSnapshot || problem === undefined) throw thrown;
    remark(options, `${problem.message}: the notes of this snapshot are told from commits`);
    const commits = facts.commits.filter(({ isMerge }) => isMerge !== true);
    return { config: { ...config, notes: { ...notes, from: "commits" } }, facts: { ...facts, commits } };
  }
}
