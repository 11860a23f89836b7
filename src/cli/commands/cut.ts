/** `slipway cut VERSION`: the next version into every file that holds it, the changelog, the gates, a commit and its tag. */
import { readConfig } from "../../input/index.ts";
import { Problem } from "../../model/problem.ts";
import { diffOf } from "../../scaffold/cut/diff.ts";
import { ownGit } from "../../scaffold/cut/git.ts";
import { journalOf, readJournal } from "../../scaffold/cut/journal.ts";
import { type CutRequest, prepareCut } from "../../scaffold/cut/prepare.ts";
import { cutVersion, type Done } from "../cutting.ts";
import { exit, type ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";
import { sayResult } from "../output/say.ts";
import { stopSignal } from "../stop.ts";
import { kinds } from "../tables.ts";

export async function cut(options: Options, [word = ""]: readonly string[]): Promise<ExitCode> {
  const stopping = stopSignal(options.timeout);
  try {
    const config = await readConfig({ dir: process.cwd(), file: options.config, kinds });
    const request = { config, kinds, env: process.env, word, date: today() };
    if (options.dryRun === true) {
      await showCut(request, options);
    } else {
      const done = await cutVersion(request, options, stopping.signal);
      sayResult(options, { ...done, files: [...done.files] }, () => textOf(done));
    }
    return exit.ok;
  } finally {
    stopping.release();
  }
}

/** Changes nothing, also where an earlier cut was killed: that is told. */
async function showCut(request: CutRequest, options: Options): Promise<void> {
  const interrupted = await readJournal(await journalOf(ownGit(request.config.root, process.env)));
  if (interrupted !== undefined)
    throw new Problem("git.dirty", `a cut of ${interrupted.version} was stopped on its way`, {
      hint: "Run it without --dry-run: that takes up what is left.",
    });
  const { version, tag, previousTag, edits, message } = await prepareCut(request);
  const diff = await diffOf(edits);
  const files = edits.map(({ file, was }) => ({ file, was: [...was] }));
  sayResult(options, { version, tag, previousTag, message, files, diff }, () =>
    [diff, edits.length === 0 ? `would tag HEAD ${tag}` : `would commit "${message}" and tag it ${tag}`].join(""),
  );
}

/** The day of the changelog: the clock's, or that of SOURCE_DATE_EPOCH. */
function today(): string {
  const epoch = process.env["SOURCE_DATE_EPOCH"] ?? "";
  return new Date(/^\d{1,11}$/.test(epoch) ? Number(epoch) * 1000 : Date.now()).toISOString().slice(0, 10);
}

function textOf({ tag, commit, files, pushed, branch }: Done): string {
  const what = files.length === 0 ? "" : `: ${files.join(", ")}`;
  return [
    `${tag} is at ${commit.slice(0, 7)}${what}`,
    pushed === "" ? `next: git push --atomic origin ${branch} ${tag}` : `pushed to ${pushed}`,
  ].join("\n");
}
