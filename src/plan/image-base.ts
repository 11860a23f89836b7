/** Chooses the base of one platform's image among what the Facts say of it. */
import type { Facts } from "../model/facts.ts";
import type { BaseFacts, PlannedImage } from "../model/image.ts";
import { formatPlatform, type Platform } from "../model/platform.ts";
import { Problem } from "../model/problem.ts";
import type { Scope, Template } from "../model/template.ts";

/** Null for `scratch`. Throws `plan.target` where the base has no image for the platform. */
export function pinnedBase(facts: Facts, template: Template, scope: Scope, platform: Platform): PlannedImage["base"] {
  const reference = template.render(scope).trim();
  if (reference === "scratch") return null;
  if (reference === "")
    throw new Problem("plan.invalid", "base: no image is named", {
      place: template.place,
      expected: "an image such as gcr.io/distroless/static-debian12:nonroot, or scratch",
    });
  const base = facts.bases[reference];
  if (base === undefined)
    throw new Problem("plan.invalid", `base: "${reference}" was not looked up`, {
      place: template.place,
      expected: "a text without names that differ by platform; `base: { linux/arm64: ... }` tells platforms apart",
    });
  const manifest = bestFor(base, platform);
  if (manifest !== undefined) return { reference, digest: manifest.digest, index: base.digest };
  const there = base.manifests.map((one) => formatPlatform(one.platform));
  throw new Problem("plan.target", `base: ${reference} has no image for ${formatPlatform(platform)}`, {
    place: template.place,
    expected: there.length === 0 ? "an image of that platform" : `one of ${there.join(", ")}`,
  });
}

/** The exact variant, else the architecture's baseline, which runs there as well. */
function bestFor(
  { manifests }: BaseFacts,
  { os, arch, variant }: Platform,
): BaseFacts["manifests"][number] | undefined {
  const alike = manifests.filter((one) => one.platform.os === os && one.platform.arch === arch);
  return (
    alike.find((one) => one.platform.variant === variant) ?? alike.find((one) => one.platform.variant === undefined)
  );
}
