/** The lists of a Release: what fits which machine, the checksums, the signatures. */
import type { DigestAlgorithm } from "../../format/digest.ts";
import { checksumsText, coveredBy, signatureListText } from "../../format/projections.ts";
import { indexOf, writeIndex } from "../../format/release-index.ts";
import { artifactScope } from "../artifact-scope.ts";
import type { Listing } from "../listing.ts";
import { type Closing, keepText, renderName } from "./closing.ts";

export async function indexOfRelease(
  { plan, cache, facts, algorithms }: Closing,
  listings: readonly Listing[],
): Promise<readonly Listing[]> {
  if (plan.release.index === "") return [];
  const text = writeIndex(indexOf({ ...facts, artifacts: entriesOf(listings) }));
  return [await keepText(cache, plan.release.index, "index", text, listings, { algorithms })];
}

export async function signatureListOfRelease(
  { plan, cache, facts }: Closing,
  signatures: readonly Listing[],
): Promise<readonly Listing[]> {
  if (plan.release.signatureList === "") return [];
  const text = signatureListText({ ...facts, artifacts: entriesOf(signatures) });
  return [await keepText(cache, plan.release.signatureList, "signatures", text, signatures)];
}

interface ChecksumList {
  readonly name: string;
  readonly algorithm: DigestAlgorithm;
  readonly subject: string | undefined;
  readonly about: readonly Listing[];
}

/** Combined lists, and for split ones a list per artifact. */
export async function checksumsOfRelease(closing: Closing, listings: readonly Listing[]): Promise<readonly Listing[]> {
  const { plan, cache, algorithms } = closing;
  const release = { artifacts: entriesOf(listings) };
  const covered = listings.filter(({ entry }) => coveredBy(release, undefined).includes(entry));
  const lists = plan.release.checksums.flatMap(({ name, split }, index): readonly ChecksumList[] => {
    const algorithm = algorithms[index] ?? "sha256";
    if (!split) return [{ name: renderName(closing, name, {}), algorithm, subject: undefined, about: covered }];
    return covered.map((one) => ({
      name: renderName(closing, name, { artifact: artifactScope(one.artifact), algorithm }),
      algorithm,
      subject: one.entry.name,
      about: [one],
    }));
  });
  return Promise.all(
    lists.map(({ name, algorithm, subject, about }) => {
      const text = checksumsText(release, algorithm, subject);
      return keepText(cache, name, "checksums", text, about, { subject, attributes: { algorithm } });
    }),
  );
}

function entriesOf(listings: readonly Listing[]): readonly Listing["entry"][] {
  return listings.map(({ entry }) => entry);
}
