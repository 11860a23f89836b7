/** Signatures of a closed Release: what is signed, how they are listed, and what nothing can list. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { readRelease } from "../../src/format/release.ts";
import { readSignatureList } from "../../src/format/signature-list.ts";
import type { SignaturePlan } from "../../src/model/release-plan.ts";
import { refsFirst } from "../../src/store/order.ts";
import { makeRelease, sign } from "../worlds/release.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-close-signatures-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const fresh = (): string => mkdtempSync(join(home, "h-"));

const planned = (more: Partial<SignaturePlan>): SignaturePlan => ({
  kind: "minisign",
  key: "release",
  fingerprint: "aa",
  options: {},
  attaches: false,
  of: ["checksums", "release"],
  name: { late: "{{ artifact.name }}.minisig", with: {} },
  env: {},
  ...more,
});

async function close(signatures: readonly SignaturePlan[], more: Parameters<typeof makeRelease>[1] = {}) {
  const root = fresh();
  const made = await makeRelease(root, { formats: ["zip"], signatures, ...more });
  const folder = join(root, "dist", "1.2.3");
  await made.write(folder);
  const text = (name: string): string => readFileSync(join(folder, name), "utf8");
  const release = readRelease(text("release.json"), "release.json");
  return { folder, release, text, artifacts: made.artifacts };
}

test("checksums are signed and listed, release.json is signed and its signature lies beside it", async () => {
  const { release, text, folder, artifacts } = await close([planned({})]);
  expect(release.artifacts.filter(({ type }) => type === "signature")).toMatchObject([
    {
      name: "checksums.txt.minisig",
      subject: "checksums.txt",
      attributes: { format: "minisign", key: "release", fingerprint: "aa" },
    },
  ]);
  expect(readdirSync(folder)).toContain("release.json.minisig");
  const { digest } = artifacts.find(({ name }) => name === "release.json") ?? {};
  expect(text("release.json.minisig")).toBe(`minisign by release of release.json ${digest}\n`);
  expect(text("checksums.txt")).not.toContain("minisig");
});

test("release.json says how its signatures are called, and a name that depends on its bytes is refused", async () => {
  const { release } = await close([planned({}), planned({ name: { late: "{{ artifact.name }}.b", with: {} } })]);
  expect(release.signatures).toEqual(["release.json.b", "release.json.minisig"]);
  const late = planned({ of: ["release"], name: { late: "{{ artifact.name }}.{{ artifact.sha256 }}", with: {} } });
  await expect(close([late])).rejects.toMatchObject({ code: "plan.invalid" });
});

test("each way signs what it is for: the first signs nothing that is here, the second still does", async () => {
  const { release } = await close([
    planned({ of: ["chart"] }),
    planned({ kind: "openssl", of: ["archive", "index"], name: { late: "{{ artifact.name }}.sig", with: {} } }),
  ]);
  const found = release.artifacts.flatMap(({ type, name, subject }) => (type === "signature" ? [[name, subject]] : []));
  expect(found).toEqual([
    ["index.json.sig", "index.json"],
    ["tool_windows_amd64.zip.sig", "tool_windows_amd64.zip"],
  ]);
});

test("signatures.json says of each what it signs and by which key, and checksums leave it out", async () => {
  const { text } = await close(
    [
      planned({}),
      planned({
        kind: "command",
        key: "",
        fingerprint: "",
        of: ["index"],
        name: { late: "{{ artifact.name }}.x", with: {} },
      }),
    ],
    {
      signatureList: "signatures.json",
    },
  );
  const { signatures } = readSignatureList(text("signatures.json"), "signatures.json");
  expect(signatures).toMatchObject([
    { name: "checksums.txt.minisig", subject: "checksums.txt", format: "minisign", key: "release", fingerprint: "aa" },
    { name: "index.json.x", subject: "index.json", format: "command" },
  ]);
  expect(text("checksums.txt")).not.toContain("signatures.json");
});

test("names move in an order in which whoever sees release.json finds its signatures", async () => {
  const { artifacts } = await close([planned({})]);
  const order = refsFirst(artifacts.toReversed()).map(({ name }) => name);
  expect(order).toContain("release.json.minisig");
  expect(order.at(-1)).toBe("release.json");
  expect(order.indexOf("checksums.txt")).toBeLessThan(order.indexOf("checksums.txt.minisig"));
});

test("the same bytes are signed once", async () => {
  const asked: string[] = [];
  const watched: typeof sign = (how, file) => (asked.push(`${how.kind} ${file.name}`), sign(how, file));
  const root = fresh();
  const signatures = [
    planned({}),
    planned({ kind: "command", fingerprint: "", of: ["index"], name: { late: "{{ artifact.name }}.x", with: {} } }),
  ];
  await makeRelease(root, { formats: ["zip"], signatures, sign: watched });
  await makeRelease(root, { formats: ["zip"], signatures, sign: watched });
  expect(asked.toSorted()).toEqual(["command index.json", "minisign checksums.txt", "minisign release.json"]);
});

test("a signature with another's name is refused", async () => {
  await expect(close([planned({ name: "index.json", of: ["checksums"] })])).rejects.toMatchObject({
    code: "plan.collision",
  });
});
