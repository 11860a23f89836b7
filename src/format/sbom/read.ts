/** Reads our own SBOMs again: which artifacts they describe, and which packages they list. */
import { z } from "zod";

import { Problem } from "../../model/problem.ts";
import { readDocument } from "../json-document.ts";
import { artifactPrefix, type DescribedFile } from "./model.ts";

export type SbomFormat = "spdx" | "cyclonedx";

/** What a reader of a document wants to compare. */
export interface SbomContents {
  /** Every artifact that it describes, sorted by name. */
  readonly files: readonly DescribedFile[];
  /** Package URLs of all packages, sorted. */
  readonly purls: readonly string[];
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const spdx = z.looseObject({
  spdxVersion: z.literal("SPDX-2.3"),
  packages: z.array(
    z.looseObject({
      SPDXID: z.string(),
      packageFileName: z.string().optional(),
      checksums: z.array(z.strictObject({ algorithm: z.string(), checksumValue: z.string() })).optional(),
      externalRefs: z.array(z.looseObject({ referenceType: z.string(), referenceLocator: z.string() })).optional(),
    }),
  ),
});

const component = z.looseObject({
  "bom-ref": z.string(),
  name: z.string(),
  purl: z.string().optional(),
  hashes: z.array(z.strictObject({ alg: z.string(), content: z.string() })).optional(),
  properties: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
});

const cyclonedx = z.looseObject({
  bomFormat: z.literal("CycloneDX"),
  specVersion: z.literal("1.6"),
  metadata: z.looseObject({ component }),
  components: z.array(component),
});

/** Most bytes of a document that is read: one with a hundred thousand packages has less. */
export const mostSbomBytes = 256 * 1024 * 1024;

const readers: Readonly<Record<SbomFormat, (text: string, file: string) => SbomContents>> = {
  spdx(text, file) {
    const { packages } = readDocument(text, spdx, file);
    const described = packages.filter(({ SPDXID }) => SPDXID.startsWith("SPDXRef-Artifact-"));
    return {
      files: sorted(
        described.map(({ packageFileName, checksums = [] }) => ({
          name: packageFileName,
          sha256: checksums.find(({ algorithm }) => algorithm === "SHA256")?.checksumValue,
        })),
        file,
      ),
      purls: packages
        .flatMap(({ externalRefs = [] }) => externalRefs)
        .flatMap(({ referenceType, referenceLocator }) => (referenceType === "purl" ? [referenceLocator] : []))
        .toSorted(),
    };
  },
  cyclonedx(text, file) {
    const { metadata, components } = readDocument(text, cyclonedx, file);
    const all = [metadata.component, ...components];
    return {
      files: sorted(
        all
          .filter((each) => each["bom-ref"].startsWith(artifactPrefix))
          .map(({ properties = [], hashes = [] }) => ({
            name: properties.find(({ name }) => name === "slipway:file")?.value,
            sha256: hashes.find(({ alg }) => alg === "SHA-256")?.content,
          })),
        file,
      ),
      purls: all.flatMap(({ purl }) => purl ?? []).toSorted(),
    };
  },
};

/** Fails with `format.invalid` where the text is no document that Slipway wrote. `file` is what messages call it. */
export function readSbom(format: SbomFormat, text: string, file: string): SbomContents {
  return readers[format](text, file);
}

/** Name and SHA-256 of every artifact that a document of ours describes, to be compared with release.json. */
export function filesOf(format: SbomFormat, text: string, file: string): readonly DescribedFile[] {
  return readSbom(format, text, file).files;
}

/** Refuses what has no name or digest, and two of one name. */
function sorted(
  found: readonly { readonly name: string | undefined; readonly sha256: string | undefined }[],
  file: string,
): readonly DescribedFile[] {
  const files = found.map(({ name, sha256: digest }): DescribedFile => {
    const checked = sha256.safeParse(digest);
    if (name === undefined || !checked.success)
      throw new Problem("format.invalid", `${file}: ${name ?? "an artifact"} has no SHA-256`);
    return { name, sha256: checked.data };
  });
  if (new Set(files.map(({ name }) => name)).size !== files.length)
    throw new Problem("format.invalid", `${file}: two artifacts have one name`);
  return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
