/** The deflate kernel's bytes on other runtimes and another processor. */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { deflatePiece } from "../../../src/format/deflate/piece.ts";
import { needs } from "../../judges.ts";
import { run } from "../contents.ts";
import { samples } from "./samples.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

const program = `
import { createHash } from "node:crypto";
import { deflatePiece } from "${here}../../../src/format/deflate/piece.ts";
import { samples } from "${here}samples.ts";
for (const [name, bytes] of Object.entries(samples)) console.log(createHash("sha256").update(deflatePiece(bytes)).digest("hex"), name);
`;

const expected = Object.entries(samples)
  .map(([name, bytes]) => `${createHash("sha256").update(deflatePiece(bytes)).digest("hex")} ${name}\n`)
  .join("");

needs("node26")("Node 26 compresses to the same bytes", ({ node26 }) => {
  expect(run(node26, ["--input-type=module", "-e", program]).toString()).toBe(expected);
});

needs("node-arm64")("Node on arm64 compresses to the same bytes", (tools) => {
  expect(run(tools["node-arm64"], ["--input-type=module", "-e", program]).toString()).toBe(expected);
});

test("Bun compresses to the same bytes", () => {
  expect(run("bun", ["-"], { input: Buffer.from(program) }).toString()).toBe(expected);
});
