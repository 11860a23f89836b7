/** A branch of a git repository as a place of a Release: staged on a hidden reference, shown by one commit. */
import type { Artifact } from "../../model/artifact.ts";
import { Problem } from "../../model/problem.ts";
import type { Named, Receipt, Store } from "../../model/store.ts";
import type { StoreContext } from "../kind.ts";
import { laterWords } from "../later.ts";
import { sha256Of } from "../measure.ts";
import { readAddress } from "./address.ts";
import { changeFor } from "./change.ts";
import type { DecidedGit } from "./decided.ts";
import { isSame, pathFor, writeBlob } from "./files.ts";
import { land, proposeBranch } from "./landing.ts";
import { laterAt } from "./later.ts";
import { repositoryWords } from "./open.ts";
import { type GitPlace, openPlace } from "./place.ts";
import { readingBack } from "./reading-back.ts";
import type { TreeFile } from "./repository.ts";
import { openStaging } from "./staging.ts";
import { stateOf } from "./state.ts";
import { withdraw } from "./withdraw.ts";

/** A file on its way. */
interface Going {
  readonly artifact: Artifact;
  readonly path: string;
  readonly file: Omit<TreeFile, "path">;
}

export async function openGitStore(decided: DecidedGit, context: StoreContext): Promise<Store> {
  const place = await openPlace(decided, context);
  const back = readingBack(place);
  const going = new Map<string, Going>();
  const claimed = new Map<string, string>();
  const pointed = new Set<Going>();
  /** By path: why it stays as it is. */
  const kept = new Map<string, string>();
  const staging = openStaging(place, kept);
  const files = (of: Iterable<Going>): ReadonlyMap<string, Going["file"]> =>
    new Map([...of].map(({ path, file }) => [path, file]));

  async function look(name: string): Promise<Named | undefined> {
    const entry = await place.entry(pathFor(place, name));
    if (entry === undefined || !isFile(entry)) return undefined;
    return { name, ...(await sha256Of(place.opened.repository.blob(entry.oid))) };
  }

  /** Why the path stays as it is; undefined where it does not. */
  async function laterHere(path: string): Promise<string | undefined> {
    const version = await laterAt(place, await place.tip(), path);
    if (version !== undefined) kept.set(path, laterWords(version));
    return kept.get(path);
  }

  return {
    where: `git ${repositoryWords(decided.git)} ${place.branch}`,
    turn: "pointers",
    look,

    async put(artifact, bytes) {
      const path = pathFor(place, artifact.name);
      refuseTwice(claimed, artifact, path);
      const file = await writeBlob(place, artifact, bytes);
      const there = await place.entry(path);
      const later = isSame(there, file) || there === undefined ? undefined : await laterHere(path);
      if (later === undefined) going.set(path, { artifact, path, file });
      if (isSame(there, file)) return receipt("put", artifact, "already");
      if (there !== undefined && decided.existing === "refuse") {
        const other = (await look(artifact.name))?.digest ?? "no file";
        return receipt("put", artifact, "refused", { why: otherBytes(path, other, artifact) });
      }
      if (later !== undefined) return receipt("put", artifact, "skipped", { why: later });
      back.forget();
      return receipt("put", artifact, await staging.push(files(going.values())));
    },

    async staged(artifact) {
      if (kept.has(pathFor(place, artifact.name))) return undefined;
      const { path, file } = found(going, place, artifact);
      return back.read(isSame(await place.entry(path), file) ? place.ref : place.staging, path);
    },

    async point(artifact) {
      const why = kept.get(pathFor(place, artifact.name));
      if (why !== undefined) return [receipt("point", artifact, "skipped", { why })];
      pointed.add(found(going, place, artifact));
      return []; // `show` moves all of them with one commit
    },

    async show() {
      const moving = [...pointed];
      const there = await Promise.all(moving.map(async ({ path, file }) => isSame(await place.entry(path), file)));
      const shown = (outcome: Receipt["outcome"], more: Partial<Receipt> = {}): readonly Receipt[] =>
        moving.map(({ artifact, path }, at) => {
          const why = kept.get(path);
          if (why !== undefined) return receipt("point", artifact, "skipped", { why });
          return receipt("point", artifact, there[at] === true ? "already" : outcome, {
            url: addressOf(place, artifact.name),
            ...(there[at] === true ? {} : more),
          });
        });
      if (moving.length === 0) return [];
      if (decided.pullRequest !== undefined && there.includes(false)) {
        const pull = await proposeBranch(place, place.staging, await wordsOf(place));
        const waits = { url: pull.url, why: "waits for somebody to merge it" };
        return pull.state === "open" ? shown("pending", waits) : shown("already", { url: pull.url });
      }
      const outcome =
        decided.pullRequest === undefined
          ? await land(place, (parent) => changeFor(place, { parent, files: files(moving), kept }))
          : "already";
      const why = await staging.remove();
      return shown(outcome, why === undefined ? {} : { why: `${place.staging} is still there: ${why}` });
    },

    expects({ name, digest }) {
      return kept.has(pathFor(place, name)) ? [] : [{ name, digest }];
    },
    async state() {
      for (const { name, digest } of context.artifacts ?? []) {
        const path = pathFor(place, name);
        const there = kept.has(path) ? undefined : await look(name);
        if (there !== undefined && there.digest !== digest) await laterHere(path);
      }
      const [why] = kept.values();
      return (await stateOf(place, staging.oid)) ?? (why === undefined ? undefined : { visibility: "published", why });
    },
    left() {
      const [why] = kept.values();
      return claimed.size > 0 && [...claimed.keys()].every((path) => kept.has(path)) ? why : undefined;
    },

    async read(name) {
      const entry = await place.entry(pathFor(place, name));
      return entry === undefined || !isFile(entry) ? undefined : place.opened.repository.blob(entry.oid);
    },
    address: (name) => addressOf(place, name),
    withdraw: (withdrawal) => withdraw(place, staging, withdrawal),
    close: () => place.close(),
  };
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

function refuseTwice(claimed: Map<string, string>, artifact: Artifact, path: string): void {
  const other = claimed.get(path);
  claimed.set(path, artifact.name);
  if (other === undefined || other === artifact.name) return;
  throw new Problem("plan.collision", `${artifact.name} and ${other} would both be ${path}`, {
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
