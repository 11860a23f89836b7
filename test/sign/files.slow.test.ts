/** Signatures of files, judged by minisign, openssl and ssh-keygen: keys as their tools make them, in every form they are handed over. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { FileSigner } from "../../src/model/signer.ts";
import { needs } from "../judges.ts";
import { type KeyProject, keyProject, signTime } from "../worlds/keys.ts";
import { fileOf, proofOf } from "../worlds/signed-file.ts";

const data = Buffer.from("what is signed\n".repeat(100));
const other = Buffer.from("what is signed\n".repeat(99));
const passphrase = "correct horse battery staple";
let project: KeyProject;

beforeAll(() => {
  project = keyProject();
});
afterAll(() => project.close());

const path = (name: string): string => join(project.root, name);
const text = (name: string): string => readFileSync(path(name), "utf8");

/** Runs a judge in the project's folder; whether it agreed. */
function agrees(command: string, args: readonly string[], input?: Uint8Array): boolean {
  return spawnSync(command, [...args], { cwd: project.root, input }).status === 0;
}

/** The same bytes twice, good to the judge and our reader over the file, and to neither over another. */
async function isGood(
  signer: FileSigner,
  options: Record<string, string>,
  suffix: string,
  judge: (file: string) => boolean,
): Promise<Uint8Array> {
  const signature = await signer.signFile(fileOf(data), options, signTime);
  expect(await signer.signFile(fileOf(data), options, signTime)).toEqual(signature);
  for (const [name, bytes, good] of [["right", data, true] as const, ["wrong", other, false] as const]) {
    project.write(name, bytes);
    project.write(`${name}${suffix}`, signature);
    expect(judge(name)).toBe(good);
    expect((await proofOf(signature, bytes, signer.publicKey)).outcome === "ok").toBe(good);
  }
  return signature;
}

describe("minisign", () => {
  const judge = (minisign: string) => (file: string) => agrees(minisign, ["-V", "-H", "-q", "-p", "m.pub", "-m", file]);

  needs("minisign")("verifies what is signed by a key of -W, in every form of it", async ({ minisign }) => {
    execFileSync(minisign, ["-G", "-W", "-f", "-p", path("m.pub"), "-s", path("m.key")]);
    const file = text("m.key");
    const forms = [
      file,
      file.trim(),
      file.replaceAll("\n", "\\n"),
      file.replaceAll("\n", "\r\n"),
      file.split("\n")[1] ?? "",
    ];
    for (const form of [...forms, Buffer.from(file).toString("base64")]) {
      const signer = await project.files("{ minisign: env:KEY }", { env: { KEY: form } });
      expect(signer).toMatchObject({ algorithm: "ed25519", publicKey: text("m.pub") });
      expect(text("m.pub")).toContain(`minisign public key ${signer.id}\n`);
      const signature = await isGood(signer, {}, ".minisig", judge(minisign));
      expect(Buffer.from(signature).toString()).toContain(
        `\ntrusted comment: timestamp:${signTime}\tfile:tool.tar.gz\thashed\n`,
      );
    }
    const signer = await project.files("{ minisign: file:m.key }");
    const signature = await isGood(signer, { comment: "tool 1.2.3 größer" }, ".minisig", judge(minisign));
    expect(Buffer.from(signature).toString()).toContain("\ntrusted comment: tool 1.2.3 größer\n");
    for (const comment of ["two\nlines", "\u001b[31m", "x".repeat(9000)])
      await expect(signer.signFile(fileOf(data), { comment }, signTime)).rejects.toMatchObject({
        code: "format.invalid",
      });
  });

  needs("minisign")(
    "verifies what is signed by a key with a passphrase, which has to be its own",
    async ({ minisign }) => {
      // With little memory minisign takes less of it for the key, and the test less time.
      const make = `ulimit -v 120000; exec ${minisign} -G -f -p ${path("m.pub")} -s ${path("p.key")}`;
      execFileSync("sh", ["-c", make], {
        input: `${passphrase}\n${passphrase}\n`,
        stdio: ["pipe", "ignore", "ignore"],
      });
      const entry = "{ minisign: file:p.key, passphrase: env:PASS }";
      await isGood(await project.files(entry, { env: { PASS: `${passphrase}\n` } }), {}, ".minisig", judge(minisign));
      await expect(project.files(entry, { env: { PASS: "wrong" } })).rejects.toMatchObject({
        code: "key.invalid",
        message: "trust.keys.release cannot be opened: the passphrase in env:PASS is not its own",
      });
      await expect(project.files("{ minisign: file:p.key }")).rejects.toMatchObject({
        message: "trust.keys.release has a passphrase, and nobody said where it is",
      });
    },
  );

  needs("minisign")("signs in the place of a command, whose signature is checked", async ({ minisign }) => {
    execFileSync(minisign, ["-G", "-W", "-f", "-p", path("m.pub"), "-s", path("m.key")]);
    execFileSync(minisign, ["-G", "-W", "-f", "-p", path("o.pub"), "-s", path("o.key")]);
    const command = (key: string): string =>
      `${minisign} -S -s ${path(key)} -x {{ signature }} -m {{ artifact }} -t '{{ comment }}'`;
    const entry = (key: string): string => `{ minisign: { command: ${JSON.stringify(command(key))}, public: m.pub } }`;
    await isGood(await project.files(entry("m.key")), {}, ".minisig", judge(minisign));
    const stranger = await project.files(entry("o.key"));
    await expect(stranger.signFile(fileOf(data), {}, signTime)).rejects.toMatchObject({
      code: "key.invalid",
      message: expect.stringContaining("made a signature that cannot be used: it is not the key's over this file"),
    });
    const legacy = await project.files(entry("m.key").replace(" -S ", " -S -l "));
    await expect(legacy.signFile(fileOf(data), {}, signTime)).rejects.toMatchObject({
      message: expect.stringContaining("minisign's legacy form (Ed)"),
    });
  });
});

describe("openssl", () => {
  const kinds = {
    "rsa-2048": ["RSA", "rsa_keygen_bits:2048"],
    "ecdsa-p256": ["EC", "ec_paramgen_curve:P-256"],
    "ecdsa-p384": ["EC", "ec_paramgen_curve:P-384"],
    "ecdsa-p521": ["EC", "ec_paramgen_curve:P-521"],
  } as const;

  for (const [algorithm, [family, option]] of Object.entries(kinds)) {
    needs("openssl")(`verifies signatures by ${algorithm}`, async ({ openssl }) => {
      const made = execFileSync(openssl, ["genpkey", "-algorithm", family, "-pkeyopt", option], { stdio: "pipe" });
      project.write("o.pem", made);
      const signer = await project.files("{ openssl: file:o.pem }");
      expect(signer.algorithm).toBe(algorithm);
      project.write("o.pub", signer.publicKey);
      for (const hash of ["sha256", "sha384", "sha512"])
        await isGood(signer, { hash }, ".sig", (file) =>
          agrees(openssl, ["dgst", `-${hash}`, "-verify", "o.pub", "-signature", `${file}.sig`, file]),
        );
    });
  }

  needs("openssl")(
    "verifies signatures by Ed25519, of a key with a passphrase and by a command",
    async ({ openssl }) => {
      execFileSync(openssl, [
        "genpkey",
        "-algorithm",
        "ED25519",
        "-aes-256-cbc",
        "-pass",
        `pass:${passphrase}`,
        "-out",
        path("e.pem"),
      ]);
      const signer = await project.files("{ openssl: file:e.pem, passphrase: env:PASS }", {
        env: { PASS: passphrase },
      });
      project.write("e.pub", signer.publicKey);
      const judge = (file: string): boolean =>
        agrees(openssl, [
          "pkeyutl",
          "-verify",
          "-rawin",
          "-pubin",
          "-inkey",
          "e.pub",
          "-sigfile",
          `${file}.sig`,
          "-in",
          file,
        ]);
      const signature = await isGood(signer, { hash: "sha256" }, ".sig", judge);
      const command = `${openssl} pkeyutl -sign -rawin -inkey ${path("e.pem")} -passin env:PASS -in {{ artifact }} -out {{ signature }}`;
      const commanded = await project.files(`{ openssl: { command: ${JSON.stringify(command)}, public: e.pub } }`, {
        env: { PASS: passphrase },
      });
      expect(await isGood(commanded, { hash: "sha256" }, ".sig", judge)).toEqual(signature);
    },
  );

  needs("openssl")("signs in the place of a command, whose signature is checked", async ({ openssl }) => {
    for (const name of ["c", "d"])
      execFileSync(openssl, [
        "genpkey",
        "-algorithm",
        "EC",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-out",
        path(`${name}.pem`),
      ]);
    execFileSync(openssl, ["pkey", "-in", path("c.pem"), "-pubout", "-out", path("c.pub")]);
    const entry = (key: string): string =>
      `{ openssl: { command: ${JSON.stringify(`${openssl} dgst -{{ hash }} -sign ${path(key)} -out {{ signature }} {{ artifact }}`)}, public: c.pub } }`;
    const signature = await (await project.files(entry("c.pem"))).signFile(fileOf(data), { hash: "sha384" }, signTime);
    expect(await proofOf(signature, data, text("c.pub"))).toMatchObject({ outcome: "ok", detail: "ECDSA with sha384" });
    const stranger = await project.files(entry("d.pem"));
    await expect(stranger.signFile(fileOf(data), { hash: "sha256" }, signTime)).rejects.toMatchObject({
      code: "key.invalid",
      message: expect.stringContaining("it is not the public key's over the file"),
    });
  });

  it("is not asked for Ed25519 over a file that has to be in memory as a whole", async () => {
    const { newOpenssl } = await import("../../src/sign/new/pem.ts");
    const { secret } = await newOpenssl.create({ algorithm: "ed25519", passphrase: undefined, owner: "" });
    const signer = await project.files("{ openssl: env:KEY }", { env: { KEY: secret } });
    const large = { ...fileOf(data), size: 64 * 2 ** 20 + 1 };
    await expect(signer.signFile(large, {}, signTime)).rejects.toMatchObject({
      code: "key.invalid",
      message: "tool.tar.gz is larger than the 64 MiB that Ed25519 signs at once",
    });
  });
});

describe("ssh-keygen", () => {
  const judge = (keygen: string, signer: FileSigner, namespace: string) => (file: string) => {
    project.write("allowed", `release namespaces="${namespace}" ${signer.publicKey}`);
    const words = ["-Y", "verify", "-f", "allowed", "-I", "release", "-n", namespace, "-s", `${file}.sig`];
    return agrees(keygen, words, readFileSync(path(file)));
  };
  const make = (keygen: string, words: readonly string[], secret = ""): void => {
    for (const name of ["s", "s.pub"]) rmSync(path(name), { force: true });
    execFileSync(keygen, ["-q", "-N", secret, "-C", "a comment", "-f", path("s"), ...words]);
  };
  const types = {
    ed25519: ["-t", "ed25519"],
    "rsa-2048": ["-t", "rsa", "-b", "2048"],
    "ecdsa-p256": ["-t", "ecdsa"],
    "ecdsa-p384": ["-t", "ecdsa", "-b", "384"],
    "ecdsa-p521": ["-t", "ecdsa", "-b", "521"],
  };

  for (const [algorithm, words] of Object.entries(types)) {
    needs("ssh-keygen")(`verifies signatures by ${algorithm}`, async ({ "ssh-keygen": keygen }) => {
      make(keygen, words);
      const signer = await project.files("{ ssh: file:s }");
      expect(signer.algorithm).toBe(algorithm);
      expect(text("s.pub")).toBe(`${signer.publicKey.trim()} a comment\n`);
      expect(execFileSync(keygen, ["-l", "-f", path("s")]).toString()).toContain(signer.id);
      await isGood(signer, {}, ".sig", judge(keygen, signer, "file"));
      await isGood(signer, { hash: "sha256" }, ".sig", judge(keygen, signer, "file"));
    });
  }

  needs("ssh-keygen")(
    "verifies signatures by a key with a passphrase, in OpenSSH's form and in PEM",
    async ({ "ssh-keygen": keygen }) => {
      for (const words of [
        ["-t", "ed25519"],
        ["-t", "ecdsa", "-m", "PEM"],
      ]) {
        make(keygen, words, passphrase);
        const entry = "{ ssh: file:s, passphrase: env:PASS }";
        const signer = await project.files(entry, { env: { PASS: passphrase } });
        await isGood(signer, {}, ".sig", judge(keygen, signer, "file"));
        await expect(project.files(entry, { env: { PASS: "wrong" } })).rejects.toMatchObject({
          message: "trust.keys.release cannot be opened: the passphrase in env:PASS is not its own",
        });
      }
    },
  );

  needs("ssh-keygen")("keeps namespaces apart", async ({ "ssh-keygen": keygen }) => {
    make(keygen, ["-t", "ed25519"]);
    const signer = await project.files("{ ssh: file:s }");
    const signature = await signer.signFile(fileOf(data), { namespace: "release@acme.example" }, signTime);
    project.write("right", data);
    project.write("right.sig", signature);
    expect(judge(keygen, signer, "release@acme.example")("right")).toBe(true);
    expect(judge(keygen, signer, "file")("right")).toBe(false);
    expect(await proofOf(signature, data, signer.publicKey)).toEqual({
      outcome: "failed",
      detail: 'it is for "release@acme.example", and not for file',
    });
    const line = `me@acme.example namespaces="git,release@acme.example" ${signer.publicKey}`;
    expect(await proofOf(signature, data, line)).toMatchObject({ outcome: "ok" });
  });

  needs("ssh-keygen")(
    "signs in the place of a command, whose signature is checked",
    async ({ "ssh-keygen": keygen }) => {
      make(keygen, ["-t", "ed25519"]);
      const shell = `${keygen} -q -Y sign -f ${path("s")} -n "$1" "$2" && mv "$2.sig" "$3"`;
      const words = ["sh", "-c", shell, "-", "{{ namespace }}", "{{ artifact }}", "{{ signature }}"];
      const signer = await project.files(`{ ssh: { command: ${JSON.stringify(words)}, public: s.pub } }`);
      await isGood(signer, { namespace: "file" }, ".sig", judge(keygen, signer, "file"));
      const wrong = await project.files(`{ ssh: { command: ${JSON.stringify(words.with(4, "git"))}, public: s.pub } }`);
      await expect(wrong.signFile(fileOf(data), { namespace: "file" }, signTime)).rejects.toMatchObject({
        message: expect.stringContaining("its namespace is not file"),
      });
    },
  );

  needs("ssh-keygen")(
    "verifies what an agent signed, which has to have the key",
    async ({ "ssh-keygen": keygen }, context) => {
      const socket = path("agent");
      const started = spawnSync("ssh-agent", ["-a", socket], { encoding: "utf8" });
      if (started.error !== undefined) context.skip("ssh-agent is not installed");
      const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(started.stdout)?.[1]);
      const env = { SSH_AUTH_SOCK: socket };
      try {
        for (const words of [
          ["-t", "ed25519"],
          ["-t", "rsa", "-b", "2048"],
          ["-t", "ecdsa"],
        ]) {
          make(keygen, words);
          await expect(project.files("{ ssh: agent, public: s.pub }", { env })).rejects.toMatchObject({
            code: "key.missing",
            message: "ssh-agent does not have the key",
          });
          execFileSync("ssh-add", ["-q", path("s")], { env: { ...process.env, ...env } });
          const signer = await project.files("{ ssh: agent, public: s.pub }", { env });
          const signature = await signer.signFile(fileOf(data), {}, signTime);
          project.write("right", data);
          project.write("right.sig", signature);
          expect(judge(keygen, signer, "file")("right")).toBe(true);
          expect(await proofOf(signature, data, signer.publicKey)).toMatchObject({ outcome: "ok" });
        }
      } finally {
        process.kill(pid);
      }
      const nobody = project.files("{ ssh: agent, public: s.pub }", { env: { SSH_AUTH_SOCK: path("nobody") } });
      await expect(nobody).rejects.toMatchObject({
        code: "key.missing",
        message: "ssh-agent cannot be asked: ENOENT at its socket",
      });
      await expect(project.files("{ ssh: agent, public: s.pub }")).rejects.toMatchObject({
        code: "key.missing",
        message: "the environment variable SSH_AUTH_SOCK is not set",
      });
    },
  );
});
