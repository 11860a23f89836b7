/** What `add` puts into an image, and packages that are unpacked into one. */
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rootCertificates } from "node:tls";
import { gzipSync } from "node:zlib";

import { expect, test } from "vitest";

import { plain } from "../../../src/format/plain.ts";
import type { TarEntry } from "../../../src/format/tar/entry.ts";
import { tarSegments } from "../../../src/format/tar/write.ts";
import { needs } from "../../judges.ts";
import { collect, run } from "../../format/contents.ts";
import { baseOf, file, folder, link, reference } from "./bases.ts";
import { freshFolder, layerOf, makeImage, planned, program, readImages, type SeenMember, text } from "./world.ts";

async function added(...add: readonly string[]): Promise<readonly SeenMember[]> {
  const { path } = (await makeImage({ options: { platforms: [planned({ add })] } })).made();
  return (await readImages(path))[0]?.layers[0] ?? [];
}

const textOf = (members: readonly SeenMember[], path: string) => members.find((member) => member.path === path)?.text;

test("passwd, group and nsswitch are what distroless images have", async () => {
  const members = await added("passwd", "group", "nsswitch");
  expect(textOf(members, "etc/passwd")?.split("\n")).toEqual([
    "root:x:0:0:root:/root:/sbin/nologin",
    "nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin",
    "nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin",
    "",
  ]);
  expect(textOf(members, "etc/group")).toBe("root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n");
  expect(textOf(members, "etc/nsswitch.conf")).toBe("hosts: files dns\n");
  expect(members).toContainEqual(expect.objectContaining({ path: "home/nonroot/", mode: 0o700, uid: 65_532 }));
});

needs("openssl")(
  "the CA bundle holds every certificate that Node trusts, and OpenSSL reads it",
  async ({ openssl }) => {
    const bundle = textOf(await added("ca-certificates"), "etc/ssl/certs/ca-certificates.crt") ?? "";
    expect(bundle.match(/-----BEGIN CERTIFICATE-----/g)).toHaveLength(rootCertificates.length);
    const path = join(freshFolder(), "ca.pem");
    writeFileSync(path, bundle);
    const printed = run(openssl, ["storeutl", "-noout", "-certs", path]).toString();
    expect(printed).toContain(`Total found: ${rootCertificates.length}`);
  },
);

test("time zones are this machine's, links among them kept", async () => {
  const members = await added("tzdata");
  expect(textOf(members, "usr/share/zoneinfo/Europe/Berlin")).toMatch(/^TZif/);
  expect(members.some(({ path }) => /zoneinfo\/(right|posix)\//.test(path))).toBe(false);
});

test("a file of the image's own stands over what was added, in a later layer", async () => {
  const layers = [layerOf(text("/etc/passwd", "own", { owner: "nonroot" }))];
  const { path } = (await makeImage({ options: { platforms: [planned({ add: ["passwd"], layers })] } })).made();
  const [image] = await readImages(path);
  expect(image?.layers.map((members) => textOf(members, "etc/passwd")?.slice(0, 4))).toEqual(["root", "own"]);
  expect(image?.layers[1]?.find((member) => member.path === "etc/passwd")?.uid).toBe(65_532);
});

/** A deb of files by path, built by dpkg-deb, which lies beside dpkg. */
function debOf(dpkg: string, name: string, files: Readonly<Record<string, string>>): Uint8Array {
  const root = freshFolder();
  chmodSync(root, 0o755);
  const control = `Package: ${name}\nVersion: 1.0\nArchitecture: all\nMaintainer: A <a@example.com>\nDescription: x\n`;
  for (const [path, content] of Object.entries({ ...files, "DEBIAN/control": control })) {
    mkdirSync(dirname(join(root, path)), { recursive: true, mode: 0o755 });
    writeFileSync(join(root, path), content, { mode: 0o644 });
  }
  symlinkSync("tool", join(root, "usr/bin/link"));
  const out = join(freshFolder(), "x.deb");
  run(`${dpkg}-deb`, ["--root-owner-group", "-Zxz", "-b", root, out]);
  return readFileSync(out);
}

const deb = { type: "package", attributes: { format: "deb" } } as const;

needs("dpkg")("a deb is unpacked at the root, and scanners find what it says of itself", async ({ dpkg }) => {
  const bytes = debOf(dpkg, "tool", { "usr/bin/tool": "program", "bin/other": "x" });
  const inputs = {
    "tool.deb": { bytes, ...deb },
    "more.deb": { ...deb, bytes: debOf(dpkg, "more", { "usr/bin/more": "m" }) },
  };
  const base = await baseOf([[folder("usr"), folder("usr/bin", 0o711), link("bin", "usr/bin"), file("etc/motd")]]);
  const layers = [layerOf(program("tool.deb", ""), text("/etc/extra"))];
  const image = planned({ base: base.planned, layers });
  const { path } = (
    await makeImage({ options: { platforms: [image] }, inputs, images: { [reference]: base.open } })
  ).made();
  const layer = (await readImages(path))[0]?.layers.at(-1) ?? [];
  expect(
    layer.filter(({ type }) => type !== "directory").map((member) => [member.path, member.text ?? member.target]),
  ).toEqual([
    ["etc/extra", "/etc/extra"],
    ["usr/bin/link", "tool"],
    ["usr/bin/other", "x"],
    ["usr/bin/tool", "program"],
    ["var/lib/dpkg/status.d/tool", expect.stringMatching(/^Package: tool\n/)],
  ]);
  expect(layer.find((member) => member.path === "usr/bin/")?.mode).toBe(0o711);
  const two = [layerOf(program("tool.deb", "/"), program("more.deb", "/", { optional: true }))];
  const { problems } = await makeImage({ options: { platforms: [planned({ layers: two })] }, inputs });
  expect(problems).toMatchObject([
    { code: "plan.collision", message: expect.stringContaining("usr/bin/link") as string },
  ]);
});

needs("dpkg")("packages on several platforms and a package as a file are no trouble", async ({ dpkg }) => {
  const inputs = { "tool.deb": { bytes: debOf(dpkg, "tool", { "usr/bin/tool": "p" }), ...deb } };
  const layers = [layerOf(program("tool.deb", "/")), layerOf(program("tool.deb", "/srv/tool.deb"))];
  const platforms = ["linux/amd64", "linux/arm64"].map((platform) => planned({ platform, layers }));
  const images = await readImages((await makeImage({ options: { platforms }, inputs })).made().path);
  for (const {
    layers: [unpacked, whole],
  } of images) {
    expect(textOf(unpacked ?? [], "usr/bin/tool")).toBe("p");
    expect(textOf(whole ?? [], "srv/tool.deb")).toMatch(/^!<arch>/);
  }
});

async function apkOf(entries: readonly TarEntry[]): Promise<Uint8Array> {
  const member = async (of: readonly TarEntry[], end: boolean) =>
    gzipSync(await collect(plain(tarSegments(of, { dialect: "pax", end }))));
  return Buffer.concat([await member([file(".PKGINFO", "pkgname = tool\n")], false), await member(entries, true)]);
}

test("an apk is unpacked too, and owners by names that nobody knows are refused", async () => {
  const apk = { type: "package", attributes: { format: "apk" } } as const;
  const make = async (entry: TarEntry, attributes: { readonly format: string } = apk.attributes) =>
    makeImage({
      options: { platforms: [planned({ layers: [layerOf(program("tool.apk", ""))] })] },
      inputs: { "tool.apk": { type: "package", attributes, bytes: await apkOf([folder("usr"), entry]) } },
    });
  const [image] = await readImages((await make(file("usr/tool", "x"))).made().path);
  expect(image?.layers[0]?.map(({ path }) => path)).toEqual(["usr/", "usr/tool"]);
  const numbered = await readImages((await make({ ...file("usr/tool"), owner: "acme", uid: 1000 })).made().path);
  expect(numbered[0]?.layers[0]?.at(-1)?.uid).toBe(1000);
  expect((await make({ ...file("usr/tool"), owner: "acme" })).problems).toMatchObject([{ code: "plan.invalid" }]);
  expect((await make(file("usr/tool"), { format: "rpm" })).problems).toMatchObject([{ code: "plan.invalid" }]);
});
