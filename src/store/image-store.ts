/** A Store of images over whatever keeps them: blobs and manifests by digest first, then their own tags, at the very end those that roll. */
import { type ImageArchive, readImageArchive } from "../format/oci/archive.ts";
import type { Artifact, Digest } from "../model/artifact.ts";
import type { ManifestBytes } from "../model/image.ts";
import { Problem } from "../model/problem.ts";
import type { Named, Receipt, Store } from "../model/store.ts";
import { accessFile } from "./file-access.ts";
import { clash, firstRefusal, type HeldImage, isRolling, type Placed, type PlaceOf, unique } from "./image/placed.ts";
import { readBack } from "./image/read-back.ts";
import { moveTag, sendImage } from "./image/send.ts";
import { stateOfImages } from "./image/state.ts";
import { withdrawImage } from "./image/withdraw.ts";
import { imageNames } from "./image-names.ts";
import type { Existing } from "./image-tag.ts";
import type { StoreContext } from "./kind.ts";
import { openSpool } from "./spool.ts";

export interface ImageStoreOptions {
  /** For people, as what its names are: `tags`. */
  readonly where: string;
  readonly names: string;
  readonly existing: Existing;
  /**
   * Where an image of this name goes; undefined: elsewhere. Names with the same target get the very same object. What is called by
   * its digest, `ghcr.io/acme/tool@sha256:...`, has that for a tag: it is there once it was put, and no tag moves.
   */
  readonly place: PlaceOf;
  /** The same of images none of whose names is there; left out: they do not go there. */
  readonly adopt?: PlaceOf | undefined;
  readonly context: Pick<StoreContext, "about" | "artifacts" | "signal">;
  close(): void;
}

/** Takes artifacts of the type `image`, which are OCI archives. Fails with `verify.mismatch` where an archive is not what is said of it. */
export function imageStore({ where, names, existing, place, adopt, context, close }: ImageStoreOptions): Store {
  const { signal } = context;
  const manifests = new Map<Digest, ManifestBytes>();
  const claimed: Placed[] = [];
  const held = new Map<string, HeldImage>();
  const spool = openSpool();
  const placesOf = (artifact: Artifact): readonly Placed[] => {
    const placed = unique(imageNames(artifact), place);
    return placed.length > 0 || adopt === undefined ? placed : unique(imageNames(artifact), adopt);
  };
  const known = (): readonly Artifact[] => {
    const put = [...held.values()].map(({ artifact }) => artifact);
    return put.length > 0 ? put : (context.artifacts ?? []).filter(({ type }) => type === "image");
  };
  const move = async (placed: readonly Placed[], act: "point" | "advance"): Promise<readonly Receipt[]> => {
    const receipts: Receipt[] = [];
    for (const one of placed) {
      signal?.throwIfAborted();
      receipts.push(await moveTag(one, { manifests, existing, act }));
    }
    return receipts;
  };

  return {
    where,
    names,

    async put(artifact, bytes, path) {
      const placed = placesOf(artifact);
      if (placed.length === 0) return receiptOf("put", artifact, "skipped", `it has no name in ${where}`);
      // An archive is read here and there, which a stream cannot be.
      const file = path ?? (await spool.keep(artifact.name, bytes));
      const archive = await openArchive(file, artifact);
      for (const [digest, manifest] of archive.manifests) manifests.set(digest, manifest);
      const refused = clash(placed, claimed) ?? (await firstRefusal(placed, existing));
      if (refused !== undefined) return receiptOf("put", artifact, "refused", refused);
      const image = { artifact, path: file, archive, placed };
      const sent = await sendImage(image, signal);
      held.set(artifact.name, image);
      return receiptOf("put", artifact, sent ? "done" : "already");
    },

    async staged({ name }) {
      const image = held.get(name);
      return image === undefined ? undefined : readBack(image);
    },

    point: (artifact) =>
      move(
        placesOf(artifact).filter((each) => !isRolling(each)),
        "point",
      ),

    advance: () =>
      move(
        [...held.values()].flatMap(({ placed }) => placed.filter(isRolling)),
        "advance",
      ),

    expects: (artifact) =>
      placesOf(artifact)
        .filter((each) => !isRolling(each))
        .map(({ name, digest }) => ({ name, digest })),

    async look(name): Promise<Named | undefined> {
      const found = place(name);
      const manifest = await found?.target.source.manifest(found.tag);
      return manifest === undefined ? undefined : { name, digest: manifest.digest, size: manifest.bytes.length };
    },

    state: () => stateOfImages(known().flatMap(placesOf)),

    address: (name) =>
      known()
        .filter((artifact) => name === undefined || artifact.name === name)
        .flatMap(placesOf)
        .find(({ target }) => target.page !== undefined)?.target.page,

    async withdraw(withdrawal) {
      const { version } = context.about;
      const receipts: Receipt[] = [];
      for (const artifact of known())
        receipts.push(...(await withdrawImage({ placed: placesOf(artifact), version, withdrawal })));
      return receipts;
    },

    async close() {
      close();
      await spool.clear();
    },
  };
}

async function openArchive(path: string, artifact: Artifact): Promise<ImageArchive> {
  const archive = await readImageArchive(await accessFile(path));
  const wrong = imageNames(artifact).find(({ digest }) => !archive.manifests.has(digest));
  if (wrong === undefined) return archive;
  throw new Problem(
    "verify.mismatch",
    `${artifact.name}: ${wrong.digest}, which is to be ${wrong.name}, is not in it`,
    {
      hint: "The archive was changed since it was made: make it again.",
    },
  );
}

function receiptOf(act: "put", { name, digest }: Artifact, outcome: Receipt["outcome"], why?: string): Receipt {
  return { act, name, digest, outcome, why };
}
