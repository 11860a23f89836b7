/** Signer commands: what they sign is what was asked for, and what they write is checked before it is used. */
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";

import { judge, needs } from "../judges.ts";
import { type Gpg, gpgWorld, type KeyProject, keyProject, makeKey, signTime } from "../worlds/keys.ts";

const data = Buffer.from("what is signed\n".repeat(1000));
let gpg: Gpg;
let project: KeyProject;
let [fingerprint, stranger] = ["", ""];

beforeAll(() => {
  const found = judge("gpg");
  project = keyProject();
  if (found === undefined) return;
  gpg = gpgWorld(found);
  [fingerprint, stranger] = ["rsa3072", "ed25519"].map((algorithm) => makeKey(gpg, algorithm, algorithm)) as [
    string,
    string,
  ];
  project.write("public.asc", gpg.run(["--armor", "--export", fingerprint]));
});
afterAll(() => {
  gpg?.close();
  project.close();
});

/** A key whose command is a script. `$1` is the artifact, `$2` the signature. */
function byScript(script: string, kind = "openpgp", names = ""): string {
  project.write("sign.sh", `set -eu\n${script}\n`);
  return `{ ${kind}: { command: "sh sign.sh {{ artifact }} {{ signature }}${names}", public: public.asc } }`;
}

const gpgSigns = (more = ""): string =>
  `gpg --homedir ${gpg.home} --batch -q -u ${fingerprint} ${more} --output "$2" --detach-sign "$1"`;

describe("a command", () => {
  needs("gpg")("signs with gpg, as people have it", async ({ gpg: program }) => {
    const command = `${program} --homedir ${gpg.home} --batch -q -u ${fingerprint} --faked-system-time {{ timestamp }}! --output {{ signature }} --detach-sign {{ artifact }}`;
    const signer = await project.openpgp(`{ openpgp: { command: "${command}", public: public.asc } }`);
    expect(signer.fingerprint).toBe(fingerprint);
    for (const armor of [true, false]) {
      const signature = await signer.detached(data, { time: signTime, armor });
      expect(Buffer.from(signature).toString("latin1").startsWith("-----BEGIN PGP SIGNATURE-----\n")).toBe(armor);
      project.write("data", data);
      project.write("data.sig", signature);
      const files = [join(project.root, "data.sig"), join(project.root, "data")];
      expect(gpg.run(["--status-fd", "1", "--verify", ...files]).toString()).toContain(` ${signTime} 0 4 0 `);
    }
    await expect(signer.clearsigned("text", { time: signTime })).rejects.toMatchObject({ code: "key.invalid" });
  });

  needs("gpg")("that signs otherwise than asked is found out", async () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      [gpgSigns().replace(fingerprint, stranger), /it is by the key \w{16}, which `public` does not have/],
      [gpgSigns("--textmode"), /it is no binary signature/],
      [gpgSigns("--digest-algo SHA1"), /its hash is not SHA-256/],
      [`echo more >> "$1"; ${gpgSigns()}`, /Signed digest did not match/],
      [`${gpgSigns()}; cat "$2" "$2" > "$2.two"; mv "$2.two" "$2"`, /its command wrote something else/],
      ['echo hello > "$2"', /its command wrote something else/],
      [': > "$2"', /its command wrote 0 bytes/],
      ["true", /its command wrote no file/],
    ];
    for (const [script, why] of wrong) {
      const signer = await project.openpgp(byScript(script));
      await expect(signer.detached(data, { time: signTime, armor: false })).rejects.toMatchObject({
        code: "key.invalid",
        message: expect.stringMatching(why),
      });
    }
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("slipway-sign-"))).toEqual([]);
  });

  needs("gpg")(
    "is given a file that nobody else can read, and its failure is told without what filled its words",
    async () => {
      const spying = await project.openpgp(
        byScript(
          'stat -c %a "$1" "$(dirname "$1")" > modes; echo "card not there" >&2; exit 3',
          "openpgp",
          " {{ env.PIN }}",
        ),
        { env: { PIN: "hunter2-pin" } },
      );
      const failure = await spying.detached(data, { time: signTime, armor: false }).catch((thrown: unknown) => thrown);
      expect(failure).toMatchObject({
        code: "step.failed",
        message: "sh sign.sh {{ artifact }} {{ signature }} {{ env.PIN }} exited with 3",
        lines: ["card not there"],
      });
      const { readFileSync } = await import("node:fs");
      expect(readFileSync(join(project.root, "modes"), "utf8")).toBe("600\n700\n");
    },
  );

  needs("openssl")("signs with RSA, and is held to the hash", async () => {
    const { execFileSync } = await import("node:child_process");
    const key = join(project.root, "rsa.pem");
    execFileSync("openssl", ["genrsa", "-out", key, "3072"], { stdio: "ignore" });
    project.write("rsa.pub", execFileSync("openssl", ["rsa", "-in", key, "-pubout"], { stdio: "pipe" }));
    const entry = (hash: string): string =>
      `{ rsa: { command: "openssl dgst -${hash} -sign rsa.pem -out {{ signature }} {{ artifact }}", public: rsa.pub, as: a.rsa.pub } }`;
    const direct = await project.rsa("{ rsa: file:rsa.pem, as: a.rsa.pub }");
    const byCommand = await project.rsa(entry("{{ hash }}"));
    for (const hash of ["sha1", "sha256", "sha512"] as const)
      expect(Buffer.from(await byCommand.signature(data, hash))).toEqual(
        Buffer.from(await direct.signature(data, hash)),
      );
    expect(byCommand.fingerprint).toBe(direct.fingerprint);
    const stubborn = await project.rsa(entry("sha256"));
    await expect(stubborn.signature(data, "sha1")).rejects.toMatchObject({ code: "key.invalid" });
  });
});
