/** `slipway mirror FROM TO...`: copies a published release to more places, or a container image to wherever it should lie. */
import { Problem, withoutRepeats } from "../../model/problem.ts";
import { type Mirrored, mirrorImage } from "../../store/mirror-image.ts";
import { exit, exitFor, type ExitCode } from "../exit.ts";
import { mirrorRelease } from "../mirroring.ts";
import { type ReleaseAt, releaseAt } from "../mirroring/release-at.ts";
import { refuseNeedless } from "../needless.ts";
import type { Options } from "../options.ts";
import { printProblems } from "../output/problems.ts";
import { size } from "../output/words.ts";
import { sayResult } from "../output/say.ts";
import { resultJson, resultText } from "../output/store-results.ts";
import { stopSignal } from "../stop.ts";

export async function mirror(options: Options, [from = "", ...to]: readonly string[]): Promise<ExitCode> {
  const stopping = stopSignal(options.timeout);
  try {
    const release = await releaseAt(from, options);
    return release === undefined
      ? await image(options, { from, to, signal: stopping.signal })
      : await ofRelease(options, release, { from, to, signal: stopping.signal });
  } finally {
    stopping.release();
  }
}

interface Way {
  readonly from: string;
  readonly to: readonly string[];
  readonly signal: AbortSignal;
}

async function ofRelease(options: Options, release: ReleaseAt, { from, to, signal }: Way): Promise<ExitCode> {
  refuseNeedless(options, ["referrers"], { why: `${from} is a release, and all of it goes`, hint: undefined });
  if (release.kind !== "store")
    refuseNeedless(options, ["setVersion"], {
      why: `${from} is one release`,
      hint: "It says which version is taken from a store of the config.",
    });
  const { product, version, left, results } = await mirrorRelease(release, to, options, signal);
  sayResult(options, { from, to: [...to], product, version, left: [...left], places: results.map(resultJson) }, () =>
    [
      ...results.map(resultText),
      ...left.map((name) => `left where it is: ${name}, an image in a registry${takingIt(options)}`),
    ].join("\n"),
  );
  const problems = withoutRepeats(results.flatMap((result) => result.problems));
  if (options.json !== true && problems.length > 0) printProblems(problems, options);
  return problems.length === 0 ? exit.ok : exitFor(problems);
}

const ofReleases = ["trust", "pubkey", "requireSignatures", "setVersion", "drafts", "images"] as const;

/** What would have taken it along. */
function takingIt({ images }: Options): string {
  return images === false ? "" : "; oci:FOLDER or a registry as one more TO takes it along";
}

async function image(options: Options, { from, to: [to = "", ...more], signal }: Way): Promise<ExitCode> {
  if (more.length > 0)
    throw new Problem("usage", `${from} is an image, which goes to one place at a time`, {
      expected: "one TO; several are for a release",
    });
  refuseNeedless(options, ofReleases, {
    why: `${from} is an image`,
    hint: "A release is an address, a folder with release.json, or a store of the config.",
  });
  const mirrored = await mirrorImage({
    from,
    to,
    referrers: options.referrers === true,
    insecure: options.insecure === true,
    root: process.cwd(),
    env: process.env,
    signal,
  });
  sayResult(options, { from, to, ...mirrored, tag: mirrored.tag ?? "" }, () => text(mirrored, to));
  return exit.ok;
}

function text({ outcome, digest, manifests, blobs, mounted, bytes }: Mirrored, to: string): string {
  if (outcome === "already") return `already in ${to}: ${digest}`;
  const others = mounted === 0 ? "" : `, ${mounted} mounted`;
  return `mirrored to ${to}: ${digest}\n${manifests} manifests and ${blobs} blobs sent (${size(bytes)})${others}`;
}
