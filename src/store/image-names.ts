/** The names that an image is to get, as its maker noted them. */
import { z } from "zod";

import type { Artifact, Digest } from "../model/artifact.ts";
import { Problem } from "../model/problem.ts";

export interface ImageName {
  /** `ghcr.io/acme/tool:1.0.0`. */
  readonly name: string;
  /** Of the manifest or index under it. */
  readonly digest: Digest;
  /** The version that moves the name; empty where it never moves by itself. */
  readonly rolling: string;
}

const digest = z.custom<Digest>((value) => typeof value === "string" && /^sha256:[0-9a-f]{64}$/.test(value));
const schema = z.looseObject({
  names: z.array(z.looseObject({ name: z.string(), digest, rolling: z.string() })),
});

/** Fails with `format.invalid` where nothing of the kind was noted. */
export function imageNames({ name, attributes }: Pick<Artifact, "name" | "attributes">): readonly ImageName[] {
  const result = schema.safeParse(attributes);
  if (result.success) return result.data.names;
  throw new Problem("format.invalid", `${name}: what is known of the image does not say what it is to be called`);
}
