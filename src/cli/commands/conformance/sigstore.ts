/** The client under test of sigstore-conformance: `sign-bundle` and `verify-bundle` (its docs/cli_protocol.md). */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { z } from "zod";

import { digestOfFile, readChunks } from "../../../format/file.ts";
import { readBundle } from "../../../format/sigstore/bundle.ts";
import { readStatement } from "../../../format/sigstore/statement.ts";
import type { TrustedIdentity } from "../../../format/trust-file.ts";
import { hexOf } from "../../../model/artifact.ts";
import { onDisk } from "../../../model/disk.ts";
import type { JsonObject } from "../../../model/json.ts";
import { Problem, problemsOf } from "../../../model/problem.ts";
import { keylessSigner, type Services } from "../../../sign/keyless.ts";
import { readToken } from "../../../sign/keyless-token.ts";
import { type Message, proveBundle, type SigstoreKey } from "../../../verify/sigstore/prove.ts";
import { sigstore } from "../../../verify/signatures/sigstore.ts";
import { exit, type ExitCode } from "../../exit.ts";
import { askService } from "../../key-requests.ts";

/** Exit code 0, or 1 for whatever is refused: the suite knows no third. */
export async function sigstoreClient(words: readonly string[]): Promise<ExitCode> {
  const given = read(words);
  try {
    await (given.action === "sign-bundle" ? sign(given) : verify(given));
    return exit.ok;
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown; // a defect refuses nothing
    process.stderr.write(problems.map(({ message }) => `${message}\n`).join(""));
    return exit.failed;
  }
}

async function verify(given: Given): Promise<void> {
  const path = textOf("bundle", given);
  const bundle = readBundle(await onDisk(path, () => readFile(path)), path);
  const key = await trusted(given);
  const { content } = bundle;
  const artifact = await artifactOf(given.file);
  if (content.kind === "dsse") {
    const { subjects } = readStatement(content.payload, path);
    if (!subjects.some(({ sha256 }) => sha256 === artifact.sha256))
      throw new Problem("verify.mismatch", `${given.file} is no subject of the statement`);
  }
  const proof = await proveBundle(bundle, artifact.message, [key]);
  if (proof.outcome !== "ok") throw new Problem("verify.mismatch", proof.detail);
}

/** By a key the log is not asked: who trusts a key trusts it at any time. */
async function trusted(given: Given): Promise<SigstoreKey> {
  const { key } = given.values;
  if (typeof key === "string") return sigstore.readKey(await onDisk(key, () => readFile(key, "utf8")), key);
  const root = given.values["trusted-root"] ?? process.env["SIGSTORE_TRUSTED_ROOT"];
  if (typeof root !== "string")
    throw new Problem("verify.unavailable", "there is no trusted root", {
      hint: "Give --trusted-root, or name the file in SIGSTORE_TRUSTED_ROOT: nothing is fetched.",
    });
  const identity: TrustedIdentity = {
    issuer: textOf("certificate-oidc-issuer", given),
    subject: textOf("certificate-identity", given),
    trustedRoot: JSON.parse(await onDisk(root, () => readFile(root, "utf8"))) as JsonObject,
  };
  if (sigstore.readIdentity === undefined) throw new Error("sigstore knows no identities");
  return sigstore.readIdentity(identity, root);
}

interface Artifact {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly message: Message;
}

/** A file, or a digest of one that is not here. */
async function artifactOf(text: string): Promise<Artifact> {
  const [, sha256] = /^sha256:([0-9a-f]{64})$/.exec(text) ?? [];
  if (sha256 !== undefined) return { sha256, message: { sha256: Buffer.from(sha256, "hex") } };
  return { sha256: hexOf((await digestOfFile(text)).digest), message: readChunks(text) };
}

const servicesSchema = z.looseObject({
  caUrls: z.array(z.looseObject({ url: z.url() })).min(1),
  rekorTlogUrls: z.array(z.looseObject({ url: z.url(), majorApiVersion: z.int().default(1) })).min(1),
  tsaUrls: z.array(z.looseObject({ url: z.url() })).default([]),
});

async function servicesOf(given: Given): Promise<Services> {
  const path = given.values["signing-config"];
  if (typeof path !== "string") {
    const host = given.values["staging"] === true ? "sigstage.dev" : "sigstore.dev";
    const rekor = { url: new URL(`https://rekor.${host}`), version: 1 } as const;
    return { fulcio: new URL(`https://fulcio.${host}`), rekor, tsa: undefined };
  }
  const config = servicesSchema.parse(JSON.parse(await onDisk(path, () => readFile(path, "utf8"))));
  const [ca, [tsa], log] = [config.caUrls[0], config.tsaUrls, newest(config.rekorTlogUrls)];
  if (ca === undefined || log === undefined) throw new Problem("format.invalid", `${path} names no services`);
  const rekor = { url: new URL(log.url), version: log.majorApiVersion === 2 ? 2 : 1 } as const;
  return { fulcio: new URL(ca.url), rekor, tsa: tsa === undefined ? undefined : new URL(tsa.url) };
}

function newest<Log extends { readonly majorApiVersion: number }>(logs: readonly Log[]): Log | undefined {
  return logs
    .filter(({ majorApiVersion }) => majorApiVersion <= 2)
    .toSorted((a, b) => b.majorApiVersion - a.majorApiVersion)[0];
}

async function sign(given: Given): Promise<void> {
  const clock = (): number => Math.floor(Date.now() / 1000);
  const place = { file: "sign-bundle", line: 1, column: 1 };
  const signal = new AbortController().signal;
  const signer = await keylessSigner(
    await servicesOf(given),
    async (now) => readToken(textOf("identity-token", given), { name: "token", place, now }),
    { name: "token", clock, request: (request) => askService(request, process.env, signal) },
  );
  const bytes = await onDisk(given.file, () => readFile(given.file));
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}` as const;
  const open = async function* (): AsyncGenerator<Uint8Array> {
    yield bytes;
  };
  const content = given.values["in-toto"] === true ? "statement" : "message";
  const bundle = await signer.signFile({ name: given.file, digest, size: bytes.length, open }, { content }, clock());
  const path = textOf("bundle", given);
  await onDisk(path, () => writeFile(path, bundle));
}

interface Given {
  readonly action: string;
  readonly file: string;
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
}

function read(words: readonly string[]): Given {
  const [one, flag] = [{ type: "string" }, { type: "boolean" }] as const;
  const options = {
    staging: flag,
    "in-toto": flag,
    "identity-token": one,
    bundle: one,
    key: one,
    "certificate-identity": one,
    "certificate-oidc-issuer": one,
    "trusted-root": one,
    "signing-config": one,
  } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
    const [action = "", file = "", ...others] = positionals;
    if (action !== "sign-bundle" && action !== "verify-bundle") throw new Error(`there is no action "${action}"`);
    if (file === "" || others.length > 0) throw new Error("one file is expected");
    return { action, file, values };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Problem("usage", `conformance sigstore: ${why}`, {
      expected: "sign-bundle or verify-bundle, options, FILE",
    });
  }
}

function textOf(name: string, { values }: Given): string {
  const value = values[name];
  if (typeof value === "string") return value;
  throw new Problem("usage", `conformance sigstore: --${name} is missing`);
}
