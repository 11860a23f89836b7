/** How a Release that was made is shown. */
import type { Artifact } from "../../model/artifact.ts";
import type { ImageAttributes } from "../../model/image.ts";
import type { JsonObject } from "../../model/json.ts";
import { formatPlatform } from "../../model/platform.ts";
import type { Plan } from "../../model/plan.ts";
import { table } from "./say.ts";
import { duration, size } from "./words.ts";

export function artifactJson({ name, type, digest, size: bytes, platform, attributes }: Artifact): JsonObject {
  return {
    name,
    type,
    digest,
    size: bytes,
    ...(platform === undefined ? {} : { target: formatPlatform(platform) }),
    ...(type === "image" ? { image: attributes["digest"] ?? "", names: attributes["names"] ?? [] } : {}),
  };
}

/** What people pin: each repository with the digest of what was made. */
function pinned({ type, attributes, subject }: Artifact): readonly string[] {
  if (type !== "image" || subject !== undefined) return [];
  const { digest, names } = attributes as ImageAttributes;
  const repositories = new Set(names.map(({ name }) => name.slice(0, name.lastIndexOf(":"))));
  return [...repositories].map((repository) => `  ${repository}@${digest}`);
}

/** The artifacts as a table, where they are, and what comes next. */
export function releaseText(plan: Plan, folder: string, artifacts: readonly Artifact[], milliseconds: number): string {
  const rows = artifacts.map(({ name, type, size: bytes }) => [`  ${name}`, type, size(bytes)]);
  const next = plan.isSnapshot ? [`verify it: slipway verify ${folder}`] : [];
  return [
    `${plan.project} ${plan.version} is in ${folder} (${duration(milliseconds)})`,
    table(rows),
    ...artifacts.flatMap(pinned),
    ...next,
  ].join("\n");
}
