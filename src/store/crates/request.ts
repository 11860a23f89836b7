/** The body that publishes a crate: lengths, the metadata as JSON, and the .crate (The Cargo Book, "Registry Web API", "Publish"). */
import type { HttpBody } from "../http.ts";
import type { PackageFile } from "../packages/registry.ts";
import { dependencyJson } from "./dependencies.ts";
import type { Crate } from "./manifest.ts";

/** `index` is the registry's own, as cargo names it. The file flows through, verified before its last byte is sent. */
export function publishBody(
  { metadata, dependencies }: Crate,
  { artifact, open }: PackageFile,
  index: string,
): HttpBody & { readonly type: string } {
  const json = Buffer.from(
    JSON.stringify({ ...metadata, deps: dependencies.map((one) => dependencyJson(one, index)) }),
  );
  const [before, between] = [length(json.length), length(artifact.size)];
  return {
    type: "application/octet-stream",
    size: before.length + json.length + between.length + artifact.size,
    async *open() {
      yield Buffer.concat([before, json, between]);
      yield* open();
    },
  };
}

/** 32 bits, little-endian. */
function length(bytes: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(bytes);
  return buffer;
}
