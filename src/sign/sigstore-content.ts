/** What a sigstore signature is over: a file as it is, or a statement in an envelope. */
import type { BundleContent } from "../format/sigstore/bundle.ts";
import { inTotoType, preAuthEncoding } from "../format/sigstore/dsse.ts";
import { predicateOf, writeStatement } from "../format/sigstore/statement.ts";
import { hexOf } from "../model/artifact.ts";
import type { JsonObject } from "../model/json.ts";
import { Problem } from "../model/problem.ts";
import type { FileToSign, ToSign } from "../model/signer.ts";
import type { BareSignature } from "./sigstore-material.ts";

/** Bytes of the largest document that is put into an envelope; larger bundles are read by nobody. */
const mostDocument = 32 * 1024 * 1024;

/**
 * Signs a file as its `options` say: `content: message` its bytes; `content: statement` the statement that it is, or the one that
 * an SBOM's content is a predicate of, about what the file is about. Fails with `format.invalid` for a file that is neither.
 */
export async function signContent(
  file: FileToSign,
  options: JsonObject,
  sign: (data: ToSign) => Promise<BareSignature>,
): Promise<BundleContent> {
  if (options["content"] !== "statement") {
    const { signature, sha256 } = await sign(file.open());
    return { kind: "message", sha256, signature };
  }
  const payload = await statementOf(file);
  const { signature } = await sign(preAuthEncoding(inTotoType, payload));
  return { kind: "dsse", payloadType: inTotoType, payload, signature };
}

async function statementOf(file: FileToSign): Promise<Uint8Array> {
  if (file.size > mostDocument)
    throw new Problem(
      "format.invalid",
      `${file.name} is larger than ${mostDocument} bytes, and no client reads such a statement`,
    );
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.open()) chunks.push(new Uint8Array(chunk));
  const bytes = Buffer.concat(chunks);
  const { predicateType, predicate, subjects } = predicateOf(bytes, file.name);
  if (subjects !== undefined) return bytes;
  const about = file.about ?? [file];
  const named = about.map(({ name, digest }) => ({ name, sha256: hexOf(digest) }));
  return writeStatement({ subjects: named, predicateType, predicate });
}
