/** Keys and signatures of minisign and SSH as files: what is written is read, whatever else comes is read or refused by a Problem. */
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { decodeBase64, encodeBase64 } from "../../src/format/base64.ts";
import { ed25519Bytes, ed25519Private, ed25519Public, newEd25519 } from "../../src/format/ed25519.ts";
import { readMinisignKey, writeMinisignKey } from "../../src/format/minisign/public-key.ts";
import { readMinisignSecret, writeMinisignSecret } from "../../src/format/minisign/secret-key.ts";
import { readMinisignature, writeMinisignature } from "../../src/format/minisign/signature.ts";
import { onlyPacket } from "../../src/format/pgp/signature-file.ts";
import { readPublicPem } from "../../src/format/public-key.ts";
import { bcryptPbkdf } from "../../src/format/ssh/bcrypt-pbkdf.ts";
import { readSshLine } from "../../src/format/ssh/lines.ts";
import { readSshPrivate, writeSshPrivate } from "../../src/format/ssh/private-key.ts";
import { readSshBlob, sshKeyOf, sshLine } from "../../src/format/ssh/public-key.ts";
import { readSshSignature, writeSshSignature } from "../../src/format/ssh/signature.ts";
import { mpint, string, wireReader } from "../../src/format/ssh/wire.ts";
import { Problem } from "../../src/model/problem.ts";

const bytes = (length: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((each) => Buffer.from(each));
const hex = (of: Uint8Array): string => Buffer.from(of).toString("hex");

describe("base64", () => {
  it("has one text for each bytes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        (data) => hex(decodeBase64(encodeBase64(data)) ?? Buffer.from("none")) === hex(data),
      ),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9+/=\n _-]{0,12}$/), (text) => {
        const data = decodeBase64(text);
        return data === undefined || encodeBase64(data) === text;
      }),
    );
    for (const text of ["QQ", "QQ=", "QQ===", "QR==", "QQ==\n", " QQ==", "Q-_=", "QUE=QUE="])
      expect(decodeBase64(text), text).toBeUndefined();
  });
});

describe("minisign", () => {
  it("signatures are read as they were written", () => {
    const comment = fc.stringMatching(/^[ -~äöü\t]{0,40}$/);
    fc.assert(
      fc.property(
        bytes(8),
        bytes(64),
        comment,
        bytes(64),
        comment,
        (id, signature, trustedComment, globalSignature, other) => {
          const written = writeMinisignature({ id, signature, trustedComment, globalSignature }, other);
          expect(readMinisignature(written)).toEqual({ id, signature, trustedComment, globalSignature });
          expect(readMinisignature(written.subarray(0, -1)).trustedComment).toBe(trustedComment);
        },
      ),
    );
  });

  it("keys are read as they were written, and not when they are damaged", async () => {
    const pair = { id: Buffer.from("12345678"), ...newEd25519() };
    expect(readMinisignKey(writeMinisignKey(pair))).toEqual({ id: pair.id, key: pair.key });
    const text = await writeMinisignSecret(pair, undefined);
    const opened = await readMinisignSecret(text).open("");
    expect([hex(opened.seed), hex(opened.key), hex(opened.id)]).toEqual([hex(pair.seed), hex(pair.key), hex(pair.id)]);
    const body = Buffer.from(text.split("\n")[1] ?? "", "base64");
    for (const at of [0, 3, 5, 70, 100, 157]) {
      const damaged = Buffer.from(body);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      const open = async (): Promise<unknown> =>
        readMinisignSecret(`${text.split("\n")[0]}\n${damaged.toString("base64")}\n`).open("");
      await expect(open(), String(at)).rejects.toMatchObject({ code: "format.invalid" });
    }
  });

  it("keys that ask for all memory are refused", async () => {
    const pair = { id: Buffer.alloc(8), ...newEd25519() };
    const [first, second = ""] = (await writeMinisignSecret(pair, undefined)).split("\n");
    const body = Buffer.from(second, "base64");
    body.write("Sc", 2, "latin1");
    for (const [operations, memory] of [
      [2n ** 25n, 2n ** 40n],
      [2n ** 60n, 2n ** 30n],
      [2n ** 63n, 1n],
      [0n, 0n],
    ] as const) {
      body.writeBigUInt64LE(operations, 38);
      body.writeBigUInt64LE(memory, 46);
      const key = readMinisignSecret(`${first}\n${body.toString("base64")}\n`);
      await expect(key.open("x")).rejects.toMatchObject({ code: "format.invalid" });
    }
  });
});

describe("SSH", () => {
  it("signatures are read as they were written", () => {
    const word = fc.stringMatching(/^[a-z@.-]{1,20}$/);
    fc.assert(
      fc.property(
        fc.uint8Array(),
        word,
        fc.constantFrom("sha256" as const, "sha512" as const),
        word,
        fc.uint8Array(),
        (key, namespace, hash, algorithm, signature) => {
          const parts = { publicKey: Buffer.from(key), namespace, hash, algorithm, signature: Buffer.from(signature) };
          expect(readSshSignature(writeSshSignature(parts))).toEqual(parts);
        },
      ),
    );
  });

  it("numbers have one form", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 300n }), (number) => {
        const digits = number.toString(16);
        const big = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
        return BigInt(`0x0${hex(wireReader(mpint(big), "it").mpint())}`) === number;
      }),
    );
    for (const form of ["80", "0001", "00", "ffff"])
      expect(() => wireReader(string(Buffer.from(form, "hex")), "it").mpint(), form).toThrow(Problem);
  });

  it("keys are read as they were written, for every algorithm", () => {
    const { seed } = newEd25519();
    const secret = ed25519Private(seed);
    const text = writeSshPrivate(secret, seed, "a comment", undefined);
    expect(hex(ed25519Bytes(readSshPrivate(text).open("")))).toBe(hex(ed25519Bytes(secret)));
    const others = [
      generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey,
      generateKeyPairSync("ec", { namedCurve: "P-521" }).publicKey,
      generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey,
    ];
    for (const key of [secret, ...others]) {
      const known = sshKeyOf(key);
      expect(readSshBlob(known.blob).key.equals(known.key)).toBe(true);
      expect(readSshLine(sshLine(known, "me")).key.algorithm).toBe(known.algorithm);
    }
  });

  it("bcrypt_pbkdf gives what OpenBSD's regression test expects", () => {
    const salted = (rounds: number, size: number): string =>
      hex(bcryptPbkdf("password", Buffer.from("salt"), rounds, size));
    expect(salted(4, 32)).toBe("5bbf0cc293587f1c3635555c27796598d47e579071bf427e9d8fbe842aba34d9");
  });
});

describe("whatever comes", () => {
  const readers: Readonly<Record<string, (data: Buffer) => unknown>> = {
    "a signature of minisign": readMinisignature,
    "a public key of minisign": (data) => readMinisignKey(data.toString()),
    "a secret key of minisign": (data) => readMinisignSecret(data.toString()),
    "a signature of SSH": readSshSignature,
    "a blob of SSH": readSshBlob,
    "a line of SSH": (data) => readSshLine(data.toString()),
    "a private key of SSH": (data) => readSshPrivate(data.toString()).open(""),
    "a signature of OpenPGP": onlyPacket,
    "a key in PEM": (data) => readPublicPem(data.toString()),
  };
  const { seed, key } = newEd25519();
  const secret = ed25519Private(seed);
  const samples: readonly Uint8Array[] = [
    writeMinisignature(
      { id: Buffer.alloc(8), signature: Buffer.alloc(64), trustedComment: "t", globalSignature: Buffer.alloc(64) },
      "u",
    ),
    Buffer.from(writeMinisignKey({ id: Buffer.alloc(8), key })),
    sshKeyOf(secret).blob,
    Buffer.from(sshLine(sshKeyOf(secret))),
    Buffer.from(writeSshPrivate(secret, seed, "", undefined)),
  ];

  for (const [what, read] of Object.entries(readers)) {
    it(`is ${what}, or refused by a Problem`, () => {
      const damaged = fc
        .tuple(fc.constantFrom(...samples), fc.nat(), fc.uint8Array({ maxLength: 9 }), fc.nat(20))
        .map(([sample, at, more, gone]) => {
          const from = at % sample.length;
          return Buffer.concat([sample.subarray(0, from), more, sample.subarray(from + gone)]);
        });
      fc.assert(
        fc.property(
          fc.oneof(
            damaged,
            fc.uint8Array().map((each) => Buffer.from(each)),
          ),
          (data) => {
            try {
              read(data);
            } catch (thrown) {
              expect(thrown).toBeInstanceOf(Problem);
            }
          },
        ),
        { numRuns: 300 },
      );
    });
  }

  it("is no point of small order", () => {
    expect(ed25519Public(Buffer.alloc(32))).toBeUndefined();
    expect(ed25519Public(Buffer.from(`01${"00".repeat(30)}80`, "hex"))).toBeUndefined();
    expect(
      createPrivateKey({
        key: ed25519Private(seed).export({ format: "der", type: "pkcs8" }),
        format: "der",
        type: "pkcs8",
      }).asymmetricKeyType,
    ).toBe("ed25519");
  });
});
