/** The form that uploads a distribution (docs.pypi.org, "Upload API"; RFC 7578), its file flowing through it. */
import { randomBytes } from "node:crypto";
import { blake2b } from "@noble/hashes/blake2.js";

import { hexOf } from "../../model/artifact.ts";
import type { HttpBody } from "../http.ts";
import type { PackageFile } from "../packages/registry.ts";
import type { PythonPackage } from "./metadata.ts";

/** Fields that have another name in the form than in the metadata; they may come more than once. */
const renamed: ReadonlyMap<string, string> = new Map([
  ["classifier", "classifiers"],
  ["project_url", "project_urls"],
]);

/** Fields of the form: those of the metadata by their names there in lower case, with what the upload adds. */
export async function formFields(
  { fields, description, filetype, pyversion, name, version }: PythonPackage,
  { artifact, open }: PackageFile,
): Promise<readonly (readonly [string, string])[]> {
  const written = fields.map(([key, value]): readonly [string, string] => {
    const field = key.toLowerCase().replaceAll("-", "_");
    return [renamed.get(field) ?? field, value];
  });
  const said = new Set(["name", "version", ...(description === "" ? [] : ["description"])]);
  return [
    [":action", "file_upload"],
    ["protocol_version", "1"],
    ["name", name],
    ["version", version],
    ["filetype", filetype],
    ["pyversion", pyversion],
    ...written.filter(([field]) => !said.has(field)),
    ...(description === "" ? [] : [["description", description] as const]),
    ["sha256_digest", hexOf(artifact.digest)],
    ["blake2_256_digest", await blake2Of(open())],
  ];
}

/** BLAKE2b of 256 bits, in hex: PyPI's own name for a file. */
async function blake2Of(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = blake2b.create({ dkLen: 32 });
  for await (const chunk of bytes) hash.update(chunk);
  return Buffer.from(hash.digest()).toString("hex");
}

/** The body, with its type. */
export function formBody(
  fields: readonly (readonly [string, string])[],
  { artifact, open }: PackageFile,
): HttpBody & { readonly type: string } {
  const boundary = `slipway-${randomBytes(24).toString("hex")}`;
  const part = (disposition: string, rest: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}${rest}`;
  const text = fields.map(([name, value]) => part(`name="${quoted(name)}"`, `\r\n\r\n${value}\r\n`)).join("");
  const file = part(
    `name="content"; filename="${quoted(artifact.name)}"`,
    "\r\nContent-Type: application/octet-stream\r\n\r\n",
  );
  const [head, tail] = [Buffer.from(text + file), Buffer.from(`\r\n--${boundary}--\r\n`)];
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    size: head.length + artifact.size + tail.length,
    async *open() {
      yield head;
      yield* open();
      yield tail;
    },
  };
}

/** What cannot stand in quotes is sent as RFC 7578 section 4.2 and browsers have it. */
function quoted(text: string): string {
  return text.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
