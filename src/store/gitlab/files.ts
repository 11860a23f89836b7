/** Puts files into a package, where nobody is led to them before a release links them. Of files with one name the newest is given out. */
import type { Artifact, Digest } from "../../model/artifact.ts";
import { Problem } from "../../model/problem.ts";
import type { Receipt } from "../../model/store.ts";
import { judgeAsset } from "../forge/assets.ts";
import { withBody } from "../forge/bytes.ts";
import { doOnce } from "../forge/certain.ts";
import { digestOfBytes } from "../forge/digest.ts";
import { limiter } from "../limiter.ts";
import { refuseFileName } from "./names.ts";
import type { GitlabPlace } from "./place.ts";
import type { PackageFile } from "./shapes.ts";
import type { Target } from "./target.ts";

/** What became of a file. */
export interface Put {
  readonly artifact: Artifact;
  readonly outcome: "done" | "already" | "skipped";
  readonly why?: string;
}

export interface Files {
  put(artifact: Artifact, bytes: AsyncIterable<Uint8Array>, path: string | undefined): Promise<Receipt>;
  found(name: string): Put | undefined;
  /** All that is there, in the order in which it came. */
  all(): readonly Put[];
}

export function openFiles(place: GitlabPlace, target: () => Promise<Target>): Files {
  const { gitlab } = place;
  const puts = new Map<string, Put>();
  // "You must call this API endpoint serially when attempting to upload multiple files under the same package name and version."
  const inTurn = limiter(1);

  const isNewest = (to: Target, { id, name }: PackageFile): boolean =>
    to.files.every((other) => other.name !== name || other.id <= id);

  /** Of the newest of its name, where GitLab does not say it: older ones are not given out. */
  const digestOf = async (to: Target, file: PackageFile): Promise<Digest> => {
    if (file.digest !== undefined) return file.digest;
    const bytes = await gitlab.download(gitlab.fileUrl(to.package, file.name), "owner");
    if (bytes !== undefined) return digestOfBytes(bytes);
    throw new Problem("store.failed", `${place.where} lists ${file.name} and does not give it`);
  };

  async function upload(to: Target, artifact: Artifact, from: From): Promise<void> {
    const isListed = place.options.listed;
    const before = new Set(to.files.map(({ id }) => id));
    const file = await withBody(artifact, from, (body) =>
      doOnce({
        http: gitlab.http,
        act: () => gitlab.upload(to.package, artifact.name, { body, isListed }),
        look: async () => {
          const files = await gitlab.files(to.package);
          const [found] = files.filter(
            ({ id, name, size }) => name === artifact.name && size === artifact.size && !before.has(id),
          );
          if (found === undefined) return undefined;
          to.files.push(found);
          return (await digestOf(to, found)) === artifact.digest ? found : undefined;
        },
      }),
    );
    if (!to.files.some(({ id }) => id === file.id)) to.files.push(file);
  }

  async function settle(to: Target, artifact: Artifact, from: From): Promise<Put | Receipt> {
    const linked = linkConflict(place, to, artifact);
    if (linked !== undefined && place.options.existing === "keep") return { artifact, outcome: "skipped", why: linked };
    if (linked !== undefined) return receipt(artifact, "refused", linked);
    const question = {
      artifact,
      assets: to.files.filter((file) => file.digest !== undefined || isNewest(to, file)),
      onOther: to.onOther,
      digestOf: async (file: PackageFile) => digestOf(to, file),
    };
    const decision = await judgeAsset(question);
    if (decision.act === "refuse") return receipt(artifact, "refused", decision.why);
    if (decision.act === "keep") return { artifact, outcome: "skipped", why: decision.why };
    // What is older is never given out again: it may stay where the token may not remove it.
    for (const other of decision.remove) {
      const isNewer = decision.act === "already" && other.id > decision.asset.id && other.digest !== artifact.digest;
      if (!(await gitlab.removeFile(other)) && isNewer) throw cannotRemove(place, other);
    }
    if (decision.act === "already") return { artifact, outcome: "already" };
    await upload(to, artifact, from);
    return { artifact, outcome: "done" };
  }

  return {
    put: (artifact, bytes, path) =>
      inTurn(async () => {
        refuseFileName(artifact.name);
        const became = await settle(await target(), artifact, { bytes, path });
        if ("act" in became) return became;
        puts.set(artifact.name, became);
        return receipt(artifact, became.outcome, became.why);
      }),
    found: (name) => puts.get(name),
    all: () => [...puts.values()].filter(({ outcome }) => outcome !== "skipped"),
  };
}

interface From {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly path: string | undefined;
}

/** A link of the name that leads elsewhere, in a release that stays. */
function linkConflict({ gitlab }: GitlabPlace, to: Target, { name }: Artifact): string | undefined {
  if (to.does !== "add" && to.does !== "ours") return undefined;
  const url = gitlab.fileUrl(to.package, name).href;
  const other = to.release?.assets.links.find((link) => link.name === name && link.url !== url);
  return other === undefined ? undefined : `the release links the name to ${other.url}`;
}

function cannotRemove({ where, looked }: GitlabPlace, { name }: PackageFile): Problem {
  return new Problem("store.denied", `${where} has a newer ${name} in the package, with other bytes`, {
    hint: `Remove it there, as a maintainer of the project may; the token of ${looked} may not.`,
  });
}

function receipt({ name, digest }: Artifact, outcome: Receipt["outcome"], why?: string): Receipt {
  return { act: "put", name, digest, outcome, why };
}
