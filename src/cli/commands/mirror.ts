/** `slipway mirror FROM TO`: copies a container image between registries, image layouts and archives. */
import { type Mirrored, mirrorImage } from "../../store/mirror-image.ts";
import { exit, type ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";
import { size } from "../output/words.ts";
import { sayResult } from "../output/say.ts";
import { stopSignal } from "../stop.ts";

export async function mirror(options: Options, [from = "", to = ""]: readonly string[]): Promise<ExitCode> {
  const stopping = stopSignal(options.timeout);
  try {
    const mirrored = await mirrorImage({
      from,
      to,
      referrers: options.referrers === true,
      insecure: options.insecure === true,
      root: process.cwd(),
      env: process.env,
      signal: stopping.signal,
    });
    sayResult(options, { from, to, ...mirrored, tag: mirrored.tag ?? "" }, () => text(mirrored, to));
    return exit.ok;
  } finally {
    stopping.release();
  }
}

function text({ outcome, digest, manifests, blobs, mounted, bytes }: Mirrored, to: string): string {
  if (outcome === "already") return `already in ${to}: ${digest}`;
  const others = mounted === 0 ? "" : `, ${mounted} mounted`;
  return `mirrored to ${to}: ${digest}\n${manifests} manifests and ${blobs} blobs sent (${size(bytes)})${others}`;
}
