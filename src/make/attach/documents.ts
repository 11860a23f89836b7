/** Attaches SBOMs and provenance to an image: as signed statements where there is a key, as they are where there is none. */
import { type BlobBytes, blobOf } from "../../format/oci/referrer.ts";
import { readBundle } from "../../format/sigstore/bundle.ts";
import { annotationsOfBundle } from "../../format/sigstore/cosign-signature.ts";
import { envelopeJson, inTotoType } from "../../format/sigstore/dsse.ts";
import { type Predicate, predicateOf, writeStatement } from "../../format/sigstore/statement.ts";
import { hexOf } from "../../model/artifact.ts";
import { type AttachedParts, joined, nothing, referring, tagged } from "./parts.ts";
import type { AttachedDocument, AttachRequest, AttachSigner } from "./request.ts";
import { referringBundle } from "./signatures.ts";
import type { Subjects } from "./subjects.ts";

/** Of the index, or the one manifest: what people pull and verify by its tag. */
export async function attestImage(subjects: Subjects, request: AttachRequest): Promise<AttachedParts> {
  const { documents, signers } = request;
  const own = documents.filter(({ about }) => about === undefined || about.includes(subjects.image));
  const read = await Promise.all(own.map((document) => readPredicate(document, request)));
  if (read.length === 0) return nothing;
  if (signers.length === 0) return joined(read.map((document) => plain(subjects, document)));
  const parts: AttachedParts[] = [];
  const layers: BlobBytes[] = [];
  for (const document of read)
    for (const signer of signers) {
      const { bundle, envelope } = await attested(subjects, document, signer);
      parts.push(bundle);
      layers.push(envelope);
    }
  // cosign 2 looks under a tag, which leads to all of them.
  const byTag = subjects.repositories.map((repository) =>
    tagged(layers, { about: subjects.top.digest, ending: "att", repository }),
  );
  return joined([...parts, ...byTag]);
}

interface ReadDocument extends Predicate {
  readonly name: string;
  readonly bytes: Uint8Array;
}

async function readPredicate({ artifact }: AttachedDocument, { cache }: AttachRequest): Promise<ReadDocument> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of cache.open(artifact)) chunks.push(new Uint8Array(chunk));
  const bytes = Buffer.concat(chunks);
  return { ...predicateOf(bytes, artifact.name), name: artifact.name, bytes };
}

function plain(
  { top, repositories }: Subjects,
  { mediaType, bytes, name, predicateType }: ReadDocument,
): AttachedParts {
  // As `oras attach` names the files it attaches.
  const layers = [blobOf(mediaType, bytes, { "org.opencontainers.image.title": name })];
  const annotations = mediaType === inTotoType ? { "in-toto.io/predicate-type": predicateType } : undefined;
  return referring({ subject: top, artifactType: mediaType, layers, annotations }, repositories);
}

interface Attested {
  readonly bundle: AttachedParts;
  /** The layer that cosign 2 reads. */
  readonly envelope: BlobBytes;
}

/** The document's statement, about the image's digest: what it says of a file in the Release holds for what is in that file. */
async function attested(
  { image, top, repositories }: Subjects,
  { name, predicateType, predicate }: ReadDocument,
  signer: AttachSigner,
): Promise<Attested> {
  const [repository = ""] = repositories;
  const subjects = [{ name: repository, sha256: hexOf(top.digest) }];
  const statement = writeStatement({ subjects, predicateType, predicate });
  const what = `${image}: ${name}`;
  const bundle = await referringBundle({ name: what, statement, subject: top, repositories, signer, predicateType });
  const [written] = bundle.blobs.slice(1);
  if (written === undefined) throw new Error("a bundle without its blob");
  const read = readBundle(written.bytes, what);
  if (read.content.kind !== "dsse") throw new Error("a statement that is in no envelope");
  const annotations = { ...annotationsOfBundle(read), predicateType };
  const json = Buffer.from(JSON.stringify(envelopeJson(read.content)));
  return { bundle, envelope: blobOf("application/vnd.dsse.envelope.v1+json", json, annotations) };
}
