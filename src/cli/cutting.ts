/** Cuts a version, or ends a cut that was killed on its way. */
import { Problem } from "../model/problem.ts";
import { carryOutCut, type CutTools, pushCut, recoverCut, tagHead } from "../scaffold/cut/carry-out.ts";
import { ownGit } from "../scaffold/cut/git.ts";
import { journalOf, readJournal, removeJournal } from "../scaffold/cut/journal.ts";
import { isPart } from "../scaffold/cut/next-version.ts";
import { type Cut, type CutRequest, prepareCut } from "../scaffold/cut/prepare.ts";
import { runGates } from "./gates.ts";
import type { Options } from "./options.ts";
import { remark } from "./output/say.ts";
import { counted } from "./output/words.ts";

/** What was cut. */
export interface Done {
  readonly version: string;
  readonly tag: string;
  readonly branch: string;
  readonly commit: string;
  readonly files: readonly string[];
  /** Name of the remote; empty where it was not pushed. */
  readonly pushed: string;
}

type Tagged = Omit<Done, "pushed">;
type Tools = Omit<CutTools, "gates">;

/** Everything from the edits to the push. */
export async function cutVersion(request: CutRequest, options: Options, signal: AbortSignal): Promise<Done> {
  const { config, word } = request;
  const git = ownGit(config.root, process.env);
  const tools = { root: config.root, git, journal: await journalOf(git), signal };
  const tagged = (await resumed(word, tools, request, options)) ?? (await begun(tools, request, options));
  const isPushed = options.push ?? config.cut.push;
  const pushed = isPushed ? await pushCut(tagged, git) : "";
  await removeJournal(tools.journal);
  return { ...tagged, pushed };
}

/** What an interrupted run left to do; undefined where this one begins anew. */
async function resumed(
  word: string,
  tools: Tools,
  { config }: CutRequest,
  options: Options,
): Promise<Tagged | undefined> {
  const earlier = await readJournal(tools.journal);
  const found = earlier === undefined ? undefined : await recoverCut(earlier, { ...tools, gates: async () => {} });
  if (earlier === undefined || (found !== "committed" && found !== "tagged")) return undefined;
  const { version, tag, branch } = earlier;
  const isSame = isPart(word) || word.replace(/^v/, "") === version;
  if (!isSame && found === "tagged") return undefined;
  if (!isSame)
    throw new Problem("git.tag", `a cut of ${version} is committed and not tagged`, {
      hint: `End it: slipway cut ${version}. Or take it back: git reset --keep HEAD^.`,
    });
  remark(options, `going on with ${tag}, which was ${found} when it was stopped`);
  const commit = await tagHead(earlier, tools.git, config.cut);
  return { version, tag, branch, commit, files: earlier.files.map(({ file }) => file) };
}

async function begun(tools: Tools, request: CutRequest, options: Options): Promise<Tagged> {
  const cut = await prepareCut(request);
  const { version, tag, branch, edits } = cut;
  remark(options, `${tag}: ${edits.length === 0 ? "no file holds the version" : counted(edits.length, "file")}`);
  const gates = (): Promise<void> => passGates(cut, request, options, tools.signal);
  const commit = await carryOutCut(cut, { ...tools, gates }, request.config.cut);
  return { version, tag, branch, commit, files: edits.map(({ file }) => file) };
}

async function passGates(cut: Cut, { config }: CutRequest, options: Options, signal: AbortSignal): Promise<void> {
  if (options.gates === false || !config.cut.gates) return;
  await runGates({ config, scope: cut.vocabulary.base, options, signal });
}
