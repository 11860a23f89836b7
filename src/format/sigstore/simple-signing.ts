/** What cosign signs of an image: its digest, in the "simple signing" form of containers/image (docs/containers-signature.5.md). */
import { z } from "zod";

import type { Digest } from "../../model/artifact.ts";
import { shapes } from "../oci/shapes.ts";
import { readJson } from "../json.ts";

/** Of the layer that holds the payload. */
export const simpleSigningType = "application/vnd.dev.cosign.simplesigning.v1+json";

const type = "cosign container image signature";

/** The payload; `repository` (`ghcr.io/acme/tool`) says what the image was called, and clients compare only the digest. */
export function writeSimpleSigning(digest: Digest, repository: string): Uint8Array {
  return Buffer.from(
    JSON.stringify({
      critical: { identity: { "docker-reference": repository }, image: { "docker-manifest-digest": digest }, type },
      optional: null,
    }),
  );
}

const schema = z.looseObject({
  critical: z.looseObject({
    identity: z.looseObject({ "docker-reference": z.string() }),
    image: z.looseObject({ "docker-manifest-digest": shapes.digest }),
    type: z.string(),
  }),
});

/** The digest that a payload is about. Fails with `format.invalid`, also where it is no image's. */
export function readSimpleSigning(payload: Uint8Array, what: string): Digest {
  return readJson(payload, schema, what).critical.image["docker-manifest-digest"];
}
