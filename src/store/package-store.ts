/** A Store over a registry of packages, which hides nothing and gives nothing back: bytes are sent when names move. */
import { readChunks } from "../format/file.ts";
import { verified } from "../format/verified.ts";
import type { Artifact } from "../model/artifact.ts";
import { Problem } from "../model/problem.ts";
import type { Receipt, Store, StoreState } from "../model/store.ts";
import type { HttpClient } from "./http.ts";
import type { StoreContext } from "./kind.ts";
import { sizeOf } from "./measure.ts";
import { conflict, judged, publishPackage } from "./packages/publish.ts";
import type { FoundPackage, PackageFile, PackageName, PackageRegistry, PackageSelf } from "./packages/registry.ts";
import { openSpool } from "./spool.ts";

export interface PackageStoreOptions<Self extends PackageSelf> {
  readonly registry: PackageRegistry<Self>;
  readonly http: HttpClient;
  readonly context: Pick<StoreContext, "artifacts" | "signal">;
  /** What files told already, by the artifact's name: undefined for what is no package of this kind. */
  readonly told?: ReadonlyMap<string, PackageName | undefined> | undefined;
}

/** A package that was put: here, where nothing is hidden, that is looked into and compared with what is published. */
interface Held<Self> {
  readonly self: Self;
  readonly file: PackageFile;
  readonly isThere: boolean;
}

const unsent = "nothing can be hidden there: it is sent when names move";

/** Packages that need each other are published in that order. Acts are as {@link Store} has them; `turn` is `final`. */
export function packageStore<Self extends PackageSelf>(options: PackageStoreOptions<Self>): Store {
  const { registry, http, context, told } = options;
  const spool = openSpool();
  const held = new Map<string, Held<Self>>();
  const pointed = new Map<string, Receipt>();
  const entered = new Set<string>();
  const unfits = new Set<string>();

  const known = (name: string): { readonly artifact: Artifact; readonly package: PackageName } | undefined => {
    const one = held.get(name);
    if (one !== undefined) return { artifact: one.file.artifact, package: one.self };
    const artifact = context.artifacts?.find((each) => each.name === name);
    const called =
      artifact === undefined
        ? undefined
        : told?.has(name) === true || unfits.has(name)
          ? told?.get(name)
          : registry.guess(artifact);
    return artifact === undefined || called === undefined ? undefined : { artifact, package: called };
  };
  const found = async (name: string): Promise<FoundPackage | undefined> => {
    const one = known(name);
    return one === undefined ? undefined : registry.find(one.package, one.artifact);
  };
  const names = (): readonly string[] => [
    ...new Set([...held.keys(), ...(context.artifacts ?? []).map(({ name }) => name)]),
  ];

  async function place(one: Held<Self>): Promise<Receipt> {
    const { self, file, isThere } = one;
    entered.add(file.artifact.name);
    for (const needed of held.values()) {
      const isNext = self.needs.includes(needed.self.name) && !entered.has(needed.file.artifact.name);
      if (isNext && (await place(needed)).outcome === "refused") throw refusedNeed(self, needed.self, registry.where);
    }
    context.signal?.throwIfAborted();
    const receipt: Receipt = isThere
      ? { act: "point", name: file.artifact.name, digest: file.artifact.digest, outcome: "already" }
      : await publishPackage(self, file, { registry, pause: http.pause });
    pointed.set(file.artifact.name, receipt);
    return receipt;
  }

  return {
    where: registry.where,
    names: "packages",
    turn: "final",

    async put(artifact, bytes, path) {
      const { name, digest } = artifact;
      const at = path ?? (await spool.keep(name, verified(bytes, artifact)));
      const file: PackageFile = { artifact, path: at, open: () => verified(readChunks(at), artifact) };
      const self = await registry.read(file);
      if ("unfit" in self) {
        unfits.add(name);
        return unfit(artifact, self.unfit);
      }
      const there = await registry.find(self, artifact);
      held.set(name, { self, file, isThere: there?.digest === digest });
      if (there === undefined) return { act: "put", name, digest, outcome: "done", why: unsent };
      return { ...judged(artifact, there, "already", undefined), act: "put" };
    },

    async point({ name }) {
      const one = held.get(name);
      return one === undefined ? [] : [pointed.get(name) ?? (await place(one))];
    },

    async advance() {
      const receipts: Receipt[] = [];
      for (const { self, file } of held.values())
        receipts.push(...((await registry.advance?.(self, file.artifact)) ?? []));
      return receipts;
    },

    expects: ({ name, digest }) => (known(name) === undefined ? [] : [{ name, digest }]),

    async look(name) {
      const there = await found(name);
      if (there === undefined) return undefined;
      const artifact = known(name)?.artifact;
      const size = there.digest === artifact?.digest ? artifact.size : (there.size ?? (await sizeOf(there.open())));
      return { name, digest: there.digest, size };
    },

    async state() {
      const seen = await Promise.all(
        names()
          .filter((name) => known(name) !== undefined)
          .map(async (name) => ({ name, artifact: known(name)?.artifact, there: await found(name) })),
      );
      return seen.length === 0
        ? undefined
        : { ...stateOf(seen), url: registry.page(known(seen[0]?.name ?? "")?.package) };
    },

    read: async (name) => (await found(name))?.open(),
    address: (name) => registry.page(name === undefined ? undefined : known(name)?.package),

    async withdraw(withdrawal) {
      const receipts: Receipt[] = [];
      for (const name of names()) {
        const one = known(name);
        const there = one === undefined ? undefined : await registry.find(one.package, one.artifact);
        if (one === undefined || there === undefined) continue;
        const { digest } = one.artifact;
        if (there.digest === digest) receipts.push(...(await registry.withdraw(one.package, one.artifact, withdrawal)));
        else receipts.push({ act: "remove", name, digest, outcome: "skipped", why: conflict(there, digest) });
      }
      return receipts;
    },

    async close() {
      http.close();
      await spool.clear();
    },
  };
}

/** Of a file that anything could be it is told; a package has to be one. */
function unfit({ name, digest, type }: Artifact, why: string): Receipt {
  if (type !== "package") return { act: "put", name, digest, outcome: "skipped", why };
  throw new Problem("format.invalid", `${name}: ${why}`, {
    hint: "Leave it out with `except` for that store, where it is a package of another kind.",
  });
}

function refusedNeed(self: PackageSelf, needed: PackageSelf, where: string): Problem {
  return new Problem(
    "store.conflict",
    `${self.name} ${self.version} needs ${needed.name} ${needed.version}, which is in ${where} with other bytes`,
    { hint: "A published version never changes its bytes: release a new version." },
  );
}

interface Seen {
  readonly name: string;
  readonly artifact: Artifact | undefined;
  readonly there: FoundPackage | undefined;
}

function stateOf(seen: readonly Seen[]): Pick<StoreState, "visibility" | "why"> {
  const ours = seen.filter(({ artifact, there }) => there !== undefined && there.digest === artifact?.digest);
  const others = seen.filter((one) => !ours.includes(one));
  const missing = others.map(({ name, there }) => (there === undefined ? name : `${name}, of other bytes`));
  if (ours.length === 0)
    return { visibility: "absent", ...(others.some(({ there }) => there) ? { why: missing.join("; ") } : {}) };
  if (others.length > 0) return { visibility: "partial", why: `not there: ${missing.join("; ")}` };
  return { visibility: ours.every(({ there }) => there?.isWithdrawn) ? "withdrawn" : "published" };
}
