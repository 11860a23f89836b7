/** Attacks on how signatures are checked: weaker schemes, and verifiers that fail. */
import { createHash, generateKeyPairSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { Problem } from "../../../model/problem.ts";
import type { SignatureReader } from "../../../verify/signatures/kind.ts";
import { type Attack, notApplicable, tryAll, type Variant } from "../attack.ts";
import { needsTrust, nobodyTrusted, written } from "../trusting.ts";
import { replace } from "../world.ts";

export const weakSchemes: Attack = {
  number: 13,
  name: "weaker schemes",
  run: needsTrust(async (world, trust) => {
    const variants: Variant[] = [
      written(world, "an RSA key of 1024 bits is trusted", (file) => {
        const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
        file.keys["weak"] = { openssl: publicKey.export({ type: "spki", format: "pem" }).toString() };
        for (const one of file.require) Object.assign(one, { by: ["weak"], threshold: 1 });
      }),
    ];
    for (const { check, subject, by } of world.verdict.checks) {
      if (check !== "signature" || by?.method !== "minisign" || !subject.startsWith("release.json.")) continue;
      variants.push({
        what: `${subject} is relabelled as one of the whole file`,
        async verdict() {
          const folder = await world.copy();
          await replace(join(folder, subject), relabelled(await readFile(join(folder, subject), "utf8")));
          // What the old scheme would have signed is what the new one signed: the digest of the file.
          const text = await readFile(join(folder, "release.json"));
          await replace(join(folder, "release.json"), createHash("blake2b512").update(text).digest());
          return world.engine.folder(folder, trust);
        },
      });
    }
    return tryAll(variants);
  }),
};

/** `ED` becomes `Ed`: the label is not signed (minisign(1)). */
function relabelled(text: string): string {
  const lines = text.split("\n");
  const bytes = Buffer.from(lines[1] ?? "", "base64");
  bytes[1] = "d".charCodeAt(0);
  return [lines[0], bytes.toString("base64"), ...lines.slice(2)].join("\n");
}

export const failingVerifiers: Attack = {
  number: 14,
  name: "verifiers that fail",
  run: needsTrust(async (world, trust) => {
    const { file } = world;
    if (file === undefined) return notApplicable(nobodyTrusted);
    const failing = (what: string, check: SignatureReader["check"]): Variant => ({
      what,
      async verdict() {
        const readers = trust.readers.map((reader) => ({ ...reader, check }));
        return world.engine.folder(await world.copy(), await world.engine.openTrust(file, readers));
      },
    });
    return tryAll([
      failing("every verifier throws", () => Promise.reject(new Error("out of memory"))),
      failing("every verifier is unavailable", () => Promise.reject(new Problem("verify.unavailable", "no answer"))),
      failing("no verifier knows the key", () => Promise.resolve({ outcome: "unknown-key", detail: "another key" })),
      failing("every verifier returns nothing", () => Promise.resolve(undefined as never)),
    ]);
  }),
};
