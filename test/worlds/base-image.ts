/** The image that images are built on in tests, like distroless/static: two layers, linux/amd64 and linux/arm64 (v8). */
import { baseDigest } from "../../scripts/judges/base.ts";
import { judge } from "../judges.ts";
import { execute } from "./holder.ts";
import type { Registry } from "./registry.ts";

export interface BaseImage {
  /** `localhost:41473/distroless/static:nonroot`. */
  readonly reference: string;
  /** Of its index: `sha256:...`. */
  readonly digest: string;
  /** The OCI layout it comes from, in which it has the tag `nonroot`. */
  readonly layout: string;
}

/** Pushes the base image to a registry as `distroless/static:nonroot`. Needs the judges `base-image` and `skopeo`. */
export async function pushBase({ host }: Pick<Registry, "host">): Promise<BaseImage> {
  const layout = judge("base-image");
  const skopeo = judge("skopeo");
  if (layout === undefined || skopeo === undefined) throw new Error("base-image or skopeo is not installed");
  const reference = `${host}/distroless/static:nonroot`;
  const words = [
    "copy",
    "--all",
    "--quiet",
    "--dest-tls-verify=false",
    `oci:${layout}:nonroot`,
    `docker://${reference}`,
  ];
  const { status, stderr } = await execute(skopeo, words, process.env);
  if (status !== 0) throw new Error(`skopeo could not push the base image: ${stderr}`);
  return { reference, digest: baseDigest(layout), layout };
}
