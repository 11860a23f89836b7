/** Images of a Release that lie in registries: their archives are made again here, for places that take them. */
import { join } from "node:path";

import { verified } from "../../format/verified.ts";
import { readChunks } from "../../format/file.ts";
import type { Artifact } from "../../model/artifact.ts";
import { Problem, problemsOf, throwIfAny } from "../../model/problem.ts";
import type { Source } from "../../model/store.ts";
import { repositoryOpener } from "../../store/open-image.ts";
import { pullArchive } from "../../store/pull-archive.ts";
import { repositorySource } from "../../store/registry/repository-image.ts";
import { inPrivate } from "../private-folder.ts";
import type { Options } from "../options.ts";

export interface PullingImages {
  readonly images: readonly Artifact[];
  /** The Release's clock, in seconds since 1970. */
  readonly epoch: number;
  readonly options: Pick<Options, "insecure">;
  readonly signal: AbortSignal;
}

/** Gives `work` a Source that has the images too; they are gone afterwards. Fails before that where one cannot be had. */
export async function withImages<T>(
  from: Source,
  { images, epoch, options, signal }: PullingImages,
  work: (from: Source) => Promise<T>,
): Promise<T> {
  if (images.length === 0) return work(from);
  return inPrivate("slipway-images-", async (folder) => {
    const repository = repositoryOpener({
      env: process.env,
      signal,
      access: "pull",
      insecure: options.insecure,
    });
    const problems: Problem[] = [];
    for (const artifact of images) {
      const open = (place: Parameters<typeof repository>[0]) => repositorySource(repository(place));
      try {
        await pullArchive({ artifact, epoch, open, path: join(folder, artifact.name) });
      } catch (thrown) {
        const found = problemsOf(thrown);
        if (found === undefined || signal.aborted) throw thrown;
        problems.push(...found.map((problem) => orWithout(problem)));
      }
    }
    throwIfAny(problems);
    const names = new Set(images.map(({ name }) => name));
    const pathOf = ({ name }: Pick<Artifact, "name">): string => join(folder, name);
    return work({
      open: (artifact) =>
        names.has(artifact.name) ? verified(readChunks(pathOf(artifact)), artifact) : from.open(artifact),
      ...(from.localPath === undefined
        ? {}
        : {
            localPath: (artifact) => (names.has(artifact.name) ? pathOf(artifact) : (from.localPath?.(artifact) ?? "")),
          }),
    });
  });
}

function orWithout({ code, message, hint = "", expected, lines, place }: Problem): Problem {
  const said = [hint, "Without its images: --no-images. Nothing was sent."].filter((text) => text !== "").join(" ");
  return new Problem(code, message, { hint: said, expected, lines, place });
}
