/** Decides how the Release is closed and where it goes: its folder, its lists, its extra files, its stores. */
import type { PublishEntry, StoreEntry } from "../model/config/publish.ts";
import type { Facts } from "../model/facts.ts";
import type { StoreSigning } from "../model/kind.ts";
import { mayHoldRelease } from "../model/name.ts";
import { ownFolder } from "../model/own-folder.ts";
import { selectionOf } from "../model/only.ts";
import type { LeftOut, Plan, PublishPlan, PlannedStep } from "../model/plan.ts";
import type { ReleasePlan } from "../model/release-plan.ts";
import { Problem } from "../model/problem.ts";
import { type JsonObject, plain } from "../model/json.ts";
import { renderText, type Scope } from "../model/template.ts";
import { attempt, wanted, type Deciding } from "./deciding.ts";
import { planFiles } from "./files.ts";
import { reportsOf } from "./reports.ts";
import { decideSignatures } from "./signatures.ts";
import { usableKey } from "./signing-key.ts";

export function decideRelease(deciding: Deciding): ReleasePlan {
  const { release } = deciding.config;
  const scope = deciding.vocabulary.base;
  const folder = release.folder.render(scope).replace(/\/+$/, "");
  if (!mayHoldRelease(folder)) {
    deciding.problems.push(
      new Problem("plan.invalid", `"${folder}" cannot be the release's folder`, {
        place: release.folder.place ?? release.place,
        expected: "a folder inside the project",
      }),
    );
  }
  const checksums = release.checksums.map((list) => ({
    name: list.split ? renderText(list.name, scope) : list.name.render(scope),
    algorithm: list.algorithm,
    split: list.split,
  }));
  return {
    folder,
    own: ownFolder(release.folder.source),
    layout: release.layout,
    title: release.title.render(scope),
    channel: release.channel.render(scope).trim(),
    checksums: checksums.filter((list) => list.name !== ""),
    index: release.index?.render(scope) ?? "",
    signatureList: release.signatures?.render(scope) ?? "",
    signatures: decideSignatures(deciding),
    provenance: deciding.config.trust.provenance?.name.render(scope) ?? "",
    ...reportsOf(deciding, folder),
  };
}

/**
 * Extra assets: one Step per entry, since a glob's names are known only when it runs. Those that are rendered may ask for all that is
 * `made` before: what they ask for is known only once they are read. `downloads` is where files will be found.
 */
export function decideFiles(
  deciding: Deciding,
  before: readonly string[],
  { made, downloads }: { readonly made: readonly PlannedStep[]; readonly downloads: string | undefined },
): readonly PlannedStep[] {
  if (deciding.skip.has("files")) return [];
  return deciding.config.release.files.flatMap((entry, index) => {
    const planned = attempt(deciding, entry.place, () => planFiles([entry], deciding.vocabulary.base, () => []));
    return (planned ?? []).map((file): PlannedStep => ({
      id: `file/${index}`,
      section: "files",
      kind: "files",
      // A text may be long.
      title: file.source === "text" ? file.to : file.from,
      needs: file.render === undefined ? before : [...before, ...listedIn(made)],
      options: {
        file: plain(file),
        ...(file.render === undefined || downloads === undefined ? {} : { downloads }),
      },
      env: {},
      outputs: [],
      open: true,
      place: entry.place,
    }));
  });
}

function listedIn(steps: readonly PlannedStep[]): readonly string[] {
  return steps.filter(({ outputs, open }) => open === true || outputs.some(({ listed }) => listed)).map(({ id }) => id);
}

/** Where the Release goes, in the order names move, and what it is kept from. */
export function decidePublish(deciding: Deciding): Pick<Plan, "publish" | "leftOut"> {
  if (deciding.skip.has("publish")) return { publish: [] };
  const all = deciding.config.publish.flatMap(
    (entry, index) => attempt(deciding, entry.place, () => decideStore(deciding, entry, index)) ?? [],
  );
  const leftOut = all.filter((place): place is LeftOut => place.why !== undefined);
  return { publish: all.filter(({ why }) => why === undefined), ...(leftOut.length === 0 ? {} : { leftOut }) };
}

function decideStore(deciding: Deciding, entry: PublishEntry, index: number): readonly PublishPlan[] {
  if (!wanted(deciding, { when: entry.when, path: `publish[${index}]` })) return [];
  const store = deciding.config.stores[entry.store];
  if (store === undefined) {
    const known = Object.keys(deciding.config.stores);
    throw new Problem("plan.invalid", `no store is called "${entry.store}"`, {
      place: entry.place,
      expected: known.length === 0 ? "a name from `stores:`" : `one of ${known.join(", ")}`,
    });
  }
  if (!wanted(deciding, store)) return [];
  const kind = deciding.kinds.stores.get(store.kind);
  if (kind === undefined) throw new Error(`store ${store.kind} passed the schema but is in no table`);
  const options = { ...kind.decide(store, storeScope(deciding)), ...signerOf(deciding, store, kind.signing) };
  const why = entry.prereleases || kind.namesNewest?.(options) !== true ? undefined : whyNotNewest(deciding.facts);
  return [
    {
      store: entry.store,
      kind: store.kind,
      options,
      only: selectionOf(entry.only, entry.place),
      except: selectionOf(entry.except, entry.place),
      optional: entry.optional,
      ...(entry.snapshots ? { snapshots: true } : {}),
      place: entry.place,
      ...(why === undefined ? {} : { why }),
    },
  ];
}

/** Who only asks looks at no key, and yet the one that is named signs what is taken back. */
function signerOf(
  deciding: Deciding,
  { options, place, path }: StoreEntry,
  signing: StoreSigning | undefined,
): JsonObject {
  const key = signing?.keyOf(options);
  if (key === undefined || signing === undefined) return {};
  if (deciding.skip.has("sign")) return { signer: { key, fingerprint: "" } };
  const facts = usableKey(deciding, { key, optional: false, place }, `${path} commits`);
  if (facts === undefined) return {};
  if (signing.methods.includes(facts.method)) return { signer: { key, fingerprint: facts.fingerprint } };
  throw new Problem("plan.invalid", `sign: the key ${key} is of the kind ${facts.method}`, {
    place,
    expected: `a key of the kind ${signing.methods.join(" or ")}`,
  });
}

/** What templates of `stores` know. */
export function storeScope({ config, vocabulary: { base } }: Pick<Deciding, "config" | "vocabulary">): Scope {
  return { ...base, channel: config.release.channel.render(base).trim() };
}

/** Snapshots go nowhere that does not ask for them. */
function whyNotNewest({ version: { version, prerelease }, isSnapshot, isNightly }: Facts): string | undefined {
  if (isSnapshot || (prerelease === "" && !isNightly)) return undefined;
  return `${version} is a ${isNightly ? "nightly" : "pre-release"}, and what stands there is for the newest release; \`prereleases: true\` lets it go there`;
}
