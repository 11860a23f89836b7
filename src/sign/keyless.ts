/** Keyless signing: a key that lives for minutes, certified for the identity of a CI job or person, and noted in a public log. */
import { createHash, createSign, generateKeyPairSync } from "node:crypto";

import { type BundleContent, writeBundle } from "../format/sigstore/bundle.ts";
import { scalarTemplate, type SecretName, secretName, z } from "../model/schema.ts";
import type { FileSigner, ToSign } from "../model/signer.ts";
import type { Template } from "../model/template.ts";
import { chunksOf } from "./chunks.ts";
import { certify, type KeyPair, note, stamp } from "./keyless-services.ts";
import { findToken, type IdentityToken } from "./keyless-token.ts";
import type { KeyContext, OpenableKey } from "./kind.ts";
import { invalidKey } from "./problem.ts";
import { signContent } from "./sigstore-content.ts";
import type { BareSignature } from "./sigstore-material.ts";

interface KeylessOptions {
  readonly fulcio?: Template | undefined;
  readonly rekor?: Template | undefined;
  readonly version?: 1 | 2 | undefined;
  readonly tsa?: Template | undefined;
  readonly token?: SecretName | undefined;
}

/** The instance that the OpenSSF runs for everybody. */
const publicGood = { fulcio: "https://fulcio.sigstore.dev", rekor: "https://rekor.sigstore.dev" } as const;

export const keyless: OpenableKey<KeylessOptions> = {
  kind: "keyless",
  summary:
    "No key of your own: sigstore vouches for the identity of the CI job or person. `keyless` is a key without being written.",
  example:
    "trust:\n  keys:\n    ci: { keyless: https://fulcio.example.com, rekor: https://rekor.example.com, tsa: https://tsa.example.com/api/v1/timestamp }",
  primary: "fulcio",
  job: ({ token }) =>
    token === undefined ? { identity: { variable: "SIGSTORE_ID_TOKEN", audience: "sigstore" } } : {},
  method: "sigstore",
  known: "keyless",
  schema: z.strictObject({
    fulcio: scalarTemplate("URL of Fulcio, which certifies; left out: that of sigstore's public instance.").optional(),
    rekor: scalarTemplate("URL of Rekor, the log; left out: that of sigstore's public instance.").optional(),
    version: z
      .union([z.literal(1), z.literal(2)])
      .describe("Rekor's API; 2 gives no time, so it needs `tsa`.")
      .meta({ default: 1 })
      .optional(),
    tsa: scalarTemplate("URL of a time stamp authority (RFC 3161); left out: the log's own time.").optional(),
    token: secretName(
      "Where the identity token is; left out: SIGSTORE_ID_TOKEN, or what GitHub gives a job that may ask.",
    ).optional(),
  }),
  async open(options, context) {
    return keylessSigner(servicesOf(options, context), (now) => findToken(options.token, { ...context, now }), context);
  },
};

/** A signer for whoever the token is of. `find` gets a token that is good at a time, in seconds since 1970. */
export async function keylessSigner(
  services: Services,
  find: (now: number) => Promise<IdentityToken>,
  context: Pick<KeyContext, "name" | "clock" | "request">,
): Promise<FileSigner> {
  const first = await find(context.clock());
  const session = keylessSession(services.fulcio, first, find, context);
  return {
    name: context.name,
    method: "sigstore",
    fingerprint: fingerprintOf(services.fulcio, first),
    algorithm: "ecdsa-p256",
    publicKey: "",
    async signFile(file, options) {
      const { keys, certificate } = await session();
      const content = await signContent(file, options, (data) => signWith(keys, data));
      return witnessed(content, certificate, services, context);
    },
  };
}

/** Who signs, and who vouches for it: there is no key to take a digest of. */
function fingerprintOf({ href }: URL, { issuer, subject }: IdentityToken): string {
  return createHash("sha256")
    .update(JSON.stringify([href, issuer, subject]))
    .digest("hex");
}

export interface Services {
  readonly fulcio: URL;
  readonly rekor: { readonly url: URL; readonly version: 1 | 2 };
  readonly tsa: URL | undefined;
}

function servicesOf(options: KeylessOptions, context: KeyContext): Services {
  const { version = 1 } = options;
  const tsa = options.tsa === undefined ? undefined : urlOf(options.tsa, "", context);
  if (version === 2 && tsa === undefined)
    throw invalidKey(context, "has no `tsa`, and Rekor's version 2 does not say when it noted something");
  return {
    fulcio: urlOf(options.fulcio, publicGood.fulcio, context),
    rekor: { url: urlOf(options.rekor, publicGood.rekor, context), version },
    tsa,
  };
}

function urlOf(template: Template | undefined, usual: string, context: KeyContext): URL {
  const text = template === undefined ? usual : context.render(template).trim();
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "") return url;
  throw invalidKey(context, `names "${text}", which is no address of a service`, "Such as https://fulcio.example.com.");
}

interface Certified {
  readonly keys: KeyPair;
  readonly certificate: Uint8Array;
}

/** Seconds a certificate is used: Fulcio's are good for ten minutes. */
const lifetime = 300;

/** Several files are signed with one certificate while it is fresh; then there is another, for a token that is still good. */
function keylessSession(
  fulcio: URL,
  first: IdentityToken,
  find: (now: number) => Promise<IdentityToken>,
  { clock, request }: Pick<KeyContext, "clock" | "request">,
): () => Promise<Certified> {
  let token = first;
  let current: { readonly until: number; readonly certified: Promise<Certified> } | undefined;
  const certifyAnew = async (now: number): Promise<Certified> => {
    if (token.expires <= now + 10) token = await find(now);
    const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
    return { keys, certificate: await certify(fulcio, token, keys, request) };
  };
  return () => {
    const now = clock();
    if (current === undefined || current.until <= now) current = { until: now + lifetime, certified: certifyAnew(now) };
    return current.certified;
  };
}

async function signWith({ privateKey }: KeyPair, data: ToSign): Promise<BareSignature> {
  const [hash, sign] = [createHash("sha256"), createSign("sha256")];
  for await (const chunk of chunksOf(data)) [hash, sign].forEach((taker) => taker.update(chunk));
  return { signature: new Uint8Array(sign.sign(privateKey)), sha256: new Uint8Array(hash.digest()) };
}

async function witnessed(
  content: BundleContent,
  certificate: Uint8Array,
  { rekor, tsa }: Services,
  { request }: Pick<KeyContext, "request">,
): Promise<Uint8Array> {
  const entry = await note(rekor, content, certificate, request);
  const timestamps = tsa === undefined ? [] : [await stamp(tsa, content.signature, request)];
  return writeBundle({ content, key: { kind: "certificate", certificate }, entries: [entry], timestamps });
}
