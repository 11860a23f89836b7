/** Pushing blobs: only what is not there, mounted where it can be, and gone on with where it broke. */
import { expect, describe, test } from "vitest";

import type { BlobContent } from "../../../src/store/image-target.ts";
import { pushBlob } from "../../../src/store/registry/upload.ts";
import { type FakeRegistry, type RegistryOptions, startFakeRegistry } from "../../servers/registry.ts";
import type { Fault } from "../../servers/faults.ts";
import { digestOf } from "../../format/oci/images.ts";
import { noise } from "../../format/contents.ts";
import { problemOf, repositoryOf, useRegistry } from "./world.ts";

const registry = useRegistry();

/** Another blob for each seed. Its chunks are only lent: each is overwritten when the next is asked for. */
function blobOf(seed: number, size = 300_000): BlobContent & { readonly bytes: Buffer; opened: number } {
  const bytes = noise(size, seed);
  return {
    bytes,
    digest: digestOf(bytes),
    size,
    opened: 0,
    async *open() {
      this.opened += 1;
      const lent = Buffer.alloc(64 * 1024);
      for (let at = 0; at < size; at += lent.length) {
        yield lent.subarray(0, bytes.copy(lent, 0, at, at + lent.length));
        lent.fill(0);
      }
    },
  };
}

const pushed = (server: FakeRegistry, { digest }: BlobContent, path = "acme/tool"): Buffer | undefined =>
  server.state.find(path)?.blobs.get(digest);

/** Requests by method, without the ping. */
const methods = (server: FakeRegistry): string =>
  server.log
    .filter((line) => !line.endsWith(" /v2/"))
    .map((line) => line.split(" ")[0])
    .join(" ");

test("a blob is asked for, and sent in one go", async () => {
  const blob = blobOf(1);
  expect(await pushBlob(repositoryOf(registry().host), blob)).toBe("done");
  expect(pushed(registry(), blob)?.equals(blob.bytes)).toBe(true);
  expect(methods(registry())).toBe("HEAD POST PUT");
});

test("one that is there is asked for and nothing else", async () => {
  const blob = blobOf(1);
  expect(await pushBlob(repositoryOf(registry().host), blob)).toBe("already");
  expect(methods(registry())).toBe("HEAD");
  expect(blob.opened).toBe(0);
});

test("an empty blob and one of a byte are blobs too", async () => {
  for (const blob of [blobOf(1, 0), blobOf(1, 1)]) {
    expect(await pushBlob(repositoryOf(registry().host), blob)).toBe("done");
    expect(pushed(registry(), blob)?.length).toBe(blob.size);
  }
});

test("one that another repository has is mounted from there, and sent where it is not", async () => {
  const [there, elsewhere] = [blobOf(2), blobOf(3)];
  await pushBlob(repositoryOf(registry().host, { path: "acme/base" }), there);
  registry().log.length = 0;
  const repository = repositoryOf(registry().host);
  expect(await pushBlob(repository, there, "acme/base")).toBe("mounted");
  expect(methods(registry())).toBe("HEAD POST");
  expect(await pushBlob(repository, elsewhere, "acme/base")).toBe("done");
  expect(methods(registry())).toBe("HEAD POST HEAD POST PUT");
});

test("a registry that refuses to mount is sent the blob", async () => {
  const blob = blobOf(4);
  registry().faults.add({ on: /^POST .*mount=/, act: { status: 403 } });
  expect(await pushBlob(repositoryOf(registry().host), blob, "secret/base")).toBe("done");
  expect(pushed(registry(), blob)?.equals(blob.bytes)).toBe(true);
});

describe("what breaks in the middle", () => {
  const put = (act: Fault["act"], times = 1): Fault => ({ on: /^PUT .*blobs/, act, times });
  const cases: readonly (readonly [string, readonly Fault[], string])[] = [
    ["is gone on with from what arrived", [put({ reset: 100_000 })], "HEAD POST PUT HEAD GET PATCH PUT"],
    ["begins anew where nothing arrived", [put({ reset: 0 })], "HEAD POST PUT HEAD GET POST PUT"],
    ["is found to be there where only the answer was lost", [put({ after: 500 })], "HEAD POST PUT HEAD"],
    ["is there after an answer that was cut off", [put({ cut: 0 })], "HEAD POST PUT HEAD"],
    [
      "begins anew where the registry forgot the upload",
      [put({ reset: 100_000 }), { on: /^GET .*uploads/, act: { status: 404 } }],
      "HEAD POST PUT HEAD GET POST PUT",
    ],
    [
      "breaks again in a chunk, and is gone on with from there",
      [put({ reset: 100_000 }), { on: /^PATCH/, act: { reset: 50_000 } }],
      "HEAD POST PUT HEAD GET PATCH HEAD GET PATCH PUT",
    ],
    [
      "is asked for its state where the registry finds another range",
      [put({ reset: 100_000 }), { on: /^PATCH/, act: { status: 416 } }],
      "HEAD POST PUT HEAD GET PATCH HEAD GET PATCH PUT",
    ],
  ];
  test.each(cases.map((each, index) => [...each, index] as const))("%s", async (_, faults, expected, index) => {
    const blob = blobOf(10 + index);
    registry().faults.add(...faults);
    expect(await pushBlob(repositoryOf(registry().host), blob)).toBe("done");
    expect(pushed(registry(), blob)?.equals(blob.bytes)).toBe(true);
    expect(methods(registry())).toBe(expected);
  });

  test("and never moves on is given up, with the registry's words", async () => {
    registry().faults.add(
      put({ status: 500, body: '{"errors":[{"code":"UNKNOWN","message":"disk \\u001b[31mfull"}]}' }, 4),
    );
    const problem = await problemOf(pushBlob(repositoryOf(registry().host), blobOf(20)));
    expect(problem.code).toBe("store.unreachable");
    expect(problem.message).toBe(
      `cannot push a blob to ${registry().host}/acme/tool: status 500, UNKNOWN: disk [31mfull`,
    );
  });

  test("is not gone on with where the registry refuses it for good", async () => {
    registry().faults.add(put({ status: 400, body: '{"errors":[{"code":"SIZE_INVALID"}]}' }));
    expect(await problemOf(pushBlob(repositoryOf(registry().host), blobOf(21)))).toMatchObject({
      code: "store.failed",
    });
  });

  test("bytes that are not those of the digest are refused by the registry, and said so", async () => {
    const blob = { ...blobOf(22), digest: digestOf(Buffer.from("others")) };
    expect((await problemOf(pushBlob(repositoryOf(registry().host), blob))).message).toContain("DIGEST_INVALID");
  });
});

describe("registries with ways of their own", () => {
  const kinds: readonly (readonly [string, RegistryOptions])[] = [
    ["a PATCH of 4 MiB at most, as GHCR", { putCap: 1024 * 1024, patchCap: 4 * 1024 * 1024 }],
    ["a PATCH that is smaller still", { putCap: 1024 * 1024, patchCap: 2_500_000 }],
    ["201 for a PATCH, as ECR", { putCap: 1024 * 1024, patchStatus: 201 }],
    ["a Location without a host", { putCap: 1024 * 1024, relative: true }],
    ["a smallest chunk", { putCap: 1024 * 1024, minChunk: 5_000_000 }],
  ];
  test.each(kinds)("%s", async (_, options) => {
    const server = await startFakeRegistry(options);
    const blob = blobOf(30, 9_000_000);
    expect(await pushBlob(repositoryOf(server.host), blob)).toBe("done");
    expect(pushed(server, blob)?.equals(blob.bytes)).toBe(true);
    const sizes = server.headers.flatMap((headers) => (headers["content-range"] === undefined ? [] : [headers]));
    expect(sizes.length).toBeGreaterThan(1);
    expect(blob.opened).toBeLessThanOrEqual(4);
    await server.stop();
  });
});
