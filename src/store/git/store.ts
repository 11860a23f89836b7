/** A branch of a git repository as a place of a Release: staged on a hidden reference, shown by one commit. */
import { createHash } from "node:crypto";

import { type Artifact, digestOfHex } from "../../model/artifact.ts";
import { Problem } from "../../model/problem.ts";
import type { Named, Receipt, Store, StoreState } from "../../model/store.ts";
import type { StoreContext } from "../kind.ts";
import { readAddress } from "./address.ts";
import { changeOf, isSame, pathFor, writeBlob } from "./files.ts";
import { land, proposeBranch } from "./landing.ts";
import { repositoryWords } from "./open.ts";
import type { DecidedGit } from "./options.ts";
import { type GitPlace, openPlace } from "./place.ts";
import { current } from "./pull/propose.ts";
import type { Oid, TreeFile } from "./repository.ts";
import { openStaging } from "./staging.ts";
import { findCommit } from "./trailers.ts";
import { withdraw } from "./withdraw.ts";

/** A file on its way. */
interface Going {
  readonly artifact: Artifact;
  readonly path: string;
  readonly file: Omit<TreeFile, "path">;
}

export async function openGitStore(decided: DecidedGit, context: StoreContext): Promise<Store> {
  const place = await openPlace(decided, context);
  const staging = openStaging(place);
  const back = readingBack(place);
  const going = new Map<string, Going>();
  const pointed = new Set<Going>();
  const files = (of: Iterable<Going>): ReadonlyMap<string, Going["file"]> =>
    new Map([...of].map(({ path, file }) => [path, file]));

  async function look(name: string): Promise<Named | undefined> {
    const entry = await place.entry(pathFor(place, name));
    if (entry === undefined || !isFile(entry)) return undefined;
    const hash = createHash("sha256");
    let size = 0;
    for await (const chunk of place.opened.repository.blob(entry.oid)) {
      hash.update(chunk);
      size += chunk.length;
    }
    return { name, digest: digestOfHex(hash.digest("hex")), size };
  }

  return {
    where: `git ${repositoryWords(decided.git)} ${place.branch}`,
    turn: "pointers",
    look,

    async put(artifact, bytes) {
      const path = pathFor(place, artifact.name);
      refuseTwice(going, artifact, path);
      const file = await writeBlob(place, artifact, bytes);
      going.set(path, { artifact, path, file });
      const there = await place.entry(path);
      if (isSame(there, file)) return receipt("put", artifact, "already");
      if (there !== undefined && decided.existing === "refuse") {
        const other = (await look(artifact.name))?.digest ?? "no file";
        return receipt("put", artifact, "refused", { why: otherBytes(path, other, artifact) });
      }
      back.forget();
      return receipt("put", artifact, await staging.push(files(going.values())));
    },

    async staged(artifact) {
      const { path, file } = found(going, place, artifact);
      return back.read(isSame(await place.entry(path), file) ? place.ref : place.staging, path);
    },

    async point(artifact) {
      pointed.add(found(going, place, artifact));
      return []; // `show` moves all of them with one commit
    },

    async show() {
      const moving = [...pointed];
      const there = await Promise.all(moving.map(async ({ path, file }) => isSame(await place.entry(path), file)));
      const shown = (outcome: Receipt["outcome"], more: Partial<Receipt> = {}): readonly Receipt[] =>
        moving.map(({ artifact }, at) =>
          receipt("point", artifact, there[at] === true ? "already" : outcome, {
            url: addressOf(place, artifact.name),
            ...(there[at] === true ? {} : more),
          }),
        );
      if (decided.pullRequest !== undefined && there.includes(false)) {
        const pull = await proposeBranch(place, place.staging, await wordsOf(place));
        const waits = { url: pull.url, why: "waits for somebody to merge it" };
        return pull.state === "open" ? shown("pending", waits) : shown("already", { url: pull.url });
      }
      const outcome =
        decided.pullRequest === undefined
          ? await land(place, (parent) => changeFor(place, parent, files(moving)))
          : "already";
      const why = await staging.remove();
      return shown(outcome, why === undefined ? {} : { why: `${place.staging} is still there: ${why}` });
    },

    state: () => stateOf(place, staging.oid),

    async read(name) {
      const entry = await place.entry(pathFor(place, name));
      return entry === undefined || !isFile(entry) ? undefined : place.opened.repository.blob(entry.oid);
    },
    address: (name) => addressOf(place, name),
    withdraw: (withdrawal) => withdraw(place, staging, withdrawal),
    close: () => place.close(),
  };
}

/** Reads from a clone of its own, as anybody would: what is pushed twice is not asked for twice. */
function readingBack(place: GitPlace) {
  let clone: ReturnType<GitPlace["opened"]["another"]> | undefined;
  const commits = new Map<string, Promise<Oid>>();
  return {
    forget: () => commits.clear(),
    async read(ref: string, path: string): Promise<AsyncIterable<Uint8Array>> {
      const repository = await (clone ??= place.opened.another());
      const commit = commits.get(ref) ?? repository.fetch(ref);
      commits.set(ref, commit);
      const entry = await repository.entry(await commit, path);
      if (entry !== undefined) return repository.blob(entry.oid);
      throw new Problem("store.failed", `${path} is not on ${ref}, although it was pushed there`, {
        hint: "Run the same command again.",
      });
    },
  };
}

async function changeFor(place: GitPlace, parent: Oid | undefined, files: ReadonlyMap<string, Going["file"]>) {
  if (place.decided.existing === "refuse" && parent !== undefined)
    for (const [path, file] of files) {
      const there = await place.opened.repository.entry(parent, path);
      if (there !== undefined && !isSame(there, file))
        throw new Problem("store.conflict", `${path} was changed by somebody else meanwhile`, {
          hint: "Look who did it, or say `existing: replace` for that store.",
        });
    }
  return changeOf(place, parent, files);
}

async function stateOf(place: GitPlace, staged: Oid | undefined): Promise<StoreState | undefined> {
  const { pulls, decided, branch, release, staging } = place;
  if (pulls !== undefined && decided.pullRequest !== undefined) {
    const pull = current(await pulls.list({ head: staging.replace(/^refs\/heads\//, ""), base: branch }));
    if (pull?.state === "open") return { visibility: "pending", url: pull.url, why: "waits for somebody to merge it" };
    if (pull?.state === "closed")
      return { visibility: "withdrawn", url: pull.url, why: "the pull request was closed without being merged" };
  }
  const tip = await place.tip();
  const found =
    tip === undefined || release === undefined ? undefined : await findCommit(place.opened.repository, tip, release);
  if (found?.isWithdrawn === true) return { visibility: "withdrawn" };
  return found === undefined && staged !== undefined ? { visibility: "staged" } : undefined;
}

/** What is proposed, in words: the notes, where the config says nothing else. */
async function wordsOf({ decided, context, message }: GitPlace): Promise<{ title: string; body: string }> {
  const [first = ""] = message.split("\n");
  const { title = "", body = "" } = decided.pullRequest ?? {};
  return { title: title === "" ? first : title, body: body === "" ? await context.about.notes() : body };
}

function addressOf(place: GitPlace, name?: string): string | undefined {
  const { forge, decided, branch } = place;
  const { way, web, repository } = readAddress(decided.git);
  if (way === "local") return undefined;
  const root = `${web}${repository}`;
  return name === undefined || forge === undefined ? root : `${root}/${forge.page(branch, pathFor(place, name))}`;
}

function found(going: ReadonlyMap<string, Going>, place: GitPlace, artifact: Artifact): Going {
  const path = pathFor(place, artifact.name);
  const one = going.get(path);
  if (one === undefined) throw new Error(`${path} is pointed at before it was put`);
  return one;
}

function refuseTwice(going: ReadonlyMap<string, Going>, artifact: Artifact, path: string): void {
  const other = going.get(path);
  if (other === undefined || other.artifact.name === artifact.name) return;
  throw new Problem("plan.collision", `${artifact.name} and ${other.artifact.name} would both be ${path}`, {
    expected: "a `path` with {{ artifact }} in it",
  });
}

/** No link and no submodule: what somebody made of a name is theirs. */
function isFile({ mode }: TreeFile): boolean {
  return mode === "100644" || mode === "100755";
}

function otherBytes(path: string, there: string, { digest }: Artifact): string {
  return `${path} has other bytes: ${there}, not ${digest}`;
}

function receipt(
  act: Receipt["act"],
  { name, digest }: Artifact,
  outcome: Receipt["outcome"],
  more: Partial<Receipt> = {},
): Receipt {
  return { act, name, digest, outcome, ...more };
}
