/** Fulcio, Rekor and a time stamp authority of a test's own, on this machine, and the trusted root that knows them. */
import { createHash, generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

import { fulcioHandler, initializeCA, initializeCTLog, initializeTLog, initializeTSA } from "@sigstore/mock";
import { TransparencyLogEntry } from "@sigstore/protobuf-specs";

import { pemOf } from "../../src/format/sigstore/pem.ts";
import type { JsonObject } from "../../src/model/json.ts";

export interface SigstoreServices {
  readonly url: string;
  /** trusted_root.json. */
  readonly root: JsonObject;
  /** The certificate of who certifies, and the public keys of both logs. */
  readonly pem: Readonly<Record<"ca" | "log" | "ct", string>>;
  /** Requests, as `POST /api/v2/signingCert`. */
  readonly log: string[];
  /** What an answer becomes on its way; undefined: it stays. */
  tamper: ((path: string, answer: Buffer) => Buffer | undefined) | undefined;
  stop(): Promise<void>;
}

const pair = () => generateKeyPairSync("ec", { namedCurve: "P-256" });

async function authoritiesAt(clock: Date) {
  const ctKeys = pair();
  const ctlog = await initializeCTLog(ctKeys, clock);
  return {
    clock,
    ctKeys,
    ctlog,
    ca: await initializeCA(pair(), ctlog, clock),
    tsa: await initializeTSA(pair(), clock),
  };
}

/** Their own certificates are good from when they are made, which has to be in the second that they think it is. */
async function authoritiesNow() {
  for (;;) {
    const made = await authoritiesAt(wholeSecond());
    if (made.clock.getTime() === wholeSecond().getTime()) return made;
  }
}

/** `at`: when they think it is, all the time, instead of now: certificates are good for ten minutes from then. */
export async function startSigstore(at?: Date): Promise<SigstoreServices> {
  const { clock, ctlog, ca, tsa } = await (at === undefined ? authoritiesNow() : authoritiesAt(at));
  const state: { tamper: SigstoreServices["tamper"] } = { tamper: undefined };
  const log: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    log.push(`${request.method} ${path}`);
    void answer(path, request).then(
      ({ status, body, type }) => {
        response.writeHead(status, { "content-type": type }).end(state.tamper?.(path, body) ?? body);
      },
      (thrown: unknown) => response.writeHead(400).end(String(thrown)),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tlog = await initializeTLog(url, pair(), clock);
  const fulcio = fulcioHandler(ca);

  async function answer(path: string, request: IncomingMessage) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (path === "/token") {
      const token = tokenFor({ sub: "repo:acme/tool" });
      return { status: 200, body: Buffer.from(JSON.stringify({ value: token })), type: "application/json" };
    }
    if (path === "/api/v1/timestamp") {
      const stamped = await tsa.timestamp(timestampRequestOf(body));
      return { status: 201, body: bytesOf(stamped), type: "application/timestamp-reply" };
    }
    if (path === "/api/v1/log/entries") {
      const entry = await tlog.log(notedEntry(JSON.parse(body.toString()) as Proposed));
      return { status: 201, body: Buffer.from(JSON.stringify(entry)), type: "application/json" };
    }
    if (path === "/api/v2/log/entries") {
      const noted = notedTile(JSON.parse(body.toString()) as TileRequest);
      // It notes whatever it is given, and calls it after a field that only requests have.
      const entry = await tlog.logV2(noted as unknown as Parameters<typeof tlog.logV2>[0]);
      const json = TransparencyLogEntry.toJSON(entry) as { inclusionProof: object };
      // Its tree has one leaf, whatever number it gives the entry.
      const first = { logIndex: "0", inclusionProof: { ...json.inclusionProof, logIndex: "0" } };
      Object.assign(json, { ...first, kindVersion: { kind: noted.kind, version: "0.0.2" } });
      return { status: 201, body: Buffer.from(JSON.stringify(json)), type: "application/json" };
    }
    if (path !== fulcio.path) return { status: 404, body: Buffer.from("nothing here"), type: "text/plain" };
    const { statusCode, response, contentType = "text/plain" } = await fulcio.fn(body.toString());
    return { status: statusCode, body: Buffer.from(response as string), type: contentType };
  }

  const validFor = { start: new Date(clock.getTime() - 3_600_000).toISOString() };
  const logOf = (publicKey: Buffer, baseUrl: string) => ({
    baseUrl,
    hashAlgorithm: "SHA2_256",
    publicKey: { rawBytes: publicKey.toString("base64"), keyDetails: "PKIX_ECDSA_P256_SHA_256", validFor },
    logId: { keyId: createHash("sha256").update(publicKey).digest("base64") },
  });
  const chainOf = (...certificates: readonly ArrayBufferView[]) => ({
    subject: { organization: "sigstore.mock", commonName: "sigstore" },
    uri: url,
    certChain: { certificates: certificates.map((each) => ({ rawBytes: bytesOf(each).toString("base64") })) },
    validFor,
  });
  return {
    url,
    root: {
      mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
      tlogs: [logOf(tlog.publicKey, url)],
      certificateAuthorities: [chainOf(ca.rootCertificate)],
      ctlogs: [logOf(ctlog.publicKey, url)],
      timestampAuthorities: [chainOf(tsa.intCertificate, tsa.rootCertificate)],
    },
    pem: {
      ca: pemOf("CERTIFICATE", bytesOf(ca.rootCertificate)),
      log: pemOf("PUBLIC KEY", tlog.publicKey),
      ct: pemOf("PUBLIC KEY", ctlog.publicKey),
    },
    log,
    get tamper() {
      return state.tamper;
    },
    set tamper(change) {
      state.tamper = change;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Readers differ on time stamps with a part of a second in them. */
function wholeSecond(): Date {
  return new Date(Math.floor(Date.now() / 1000) * 1000);
}

/** What a job's identity token would say; nobody here checks its signature. */
export function tokenFor(claims: Readonly<Record<string, unknown>> = {}): string {
  const said = {
    iss: "https://token.actions.githubusercontent.com",
    sub: "https://github.com/acme/tool/.github/workflows/release.yml@refs/tags/v1.0.0",
    aud: "sigstore",
    exp: Math.floor(Date.now() / 1000) + 600,
    ref: "refs/tags/v1.0.0",
    repository: "acme/tool",
    repository_id: "1001",
    repository_owner_id: "77",
    ...claims,
  };
  const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString("base64url");
  return `${part({ alg: "none" })}.${part(said)}.c2lnbmF0dXJl`;
}

interface Proposed {
  readonly kind: string;
  readonly spec: { readonly proposedContent?: { readonly envelope: string; readonly verifiers: readonly string[] } };
}

/** What Rekor notes of an envelope: digests and signatures, and never the payload (sigstore/rekor, types/dsse). */
function notedEntry(proposed: Proposed): object {
  const content = proposed.spec.proposedContent;
  if (content === undefined) return proposed;
  const envelope = JSON.parse(content.envelope) as { payload: string; signatures: readonly { sig: string }[] };
  const hashOf = (bytes: string | Buffer) => ({
    algorithm: "sha256",
    value: createHash("sha256").update(bytes).digest("hex"),
  });
  const signatures = envelope.signatures.map(({ sig }) => ({ signature: sig, verifier: content.verifiers[0] }));
  const payloadHash = hashOf(Buffer.from(envelope.payload, "base64"));
  return {
    apiVersion: "0.0.1",
    kind: "dsse",
    spec: { envelopeHash: hashOf(content.envelope), payloadHash, signatures },
  };
}

interface TileRequest {
  readonly hashedRekordRequestV002: { readonly digest: string; readonly signature: object };
}

/** sigstore/rekor-tiles, hashedrekord.proto. */
function notedTile({ hashedRekordRequestV002: { digest, signature } }: TileRequest) {
  const hashedRekordV002 = { data: { algorithm: "SHA2_256", digest }, signature };
  return { apiVersion: "0.0.2", kind: "hashedrekord", spec: { hashedRekordV002 } };
}

/** The digest and nonce of a TimeStampReq (RFC 3161), which has one form here: see `format/sigstore/timestamp.ts`. */
function timestampRequestOf(der: Buffer) {
  const digest = der.subarray(der.indexOf(Buffer.from([0x04, 0x20])) + 2).subarray(0, 32);
  const integer = der.subarray(der.indexOf(digest) + 32);
  const nonce = Number(BigInt(`0x${integer.subarray(2, 2 + (integer[1] ?? 0)).toString("hex")}`));
  const [hashAlgorithmOID, policyOID] = ["2.16.840.1.101.3.4.2.1", "1.3.6.1.4.1.57264.2"] as const;
  return { artifactHash: Buffer.from(digest), hashAlgorithmOID, nonce, policyOID, certReq: true };
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
