/** Signatures by a command: it gets the file under its own name, and has to leave a signature. */
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";

import { command } from "../../../src/sign/signatures/command.ts";
import { fileOf } from "../../worlds/signed-file.ts";

const data = Buffer.from("what is signed");

/** What comes of a command that does `act`. */
function signedBy(act: (artifact: string, signature: string) => void): Promise<Uint8Array> {
  return command.sign({
    file: fileOf(data, "tool.tar.gz", 3),
    options: { command: "sign" },
    signer: undefined,
    time: 0,
    temporary: tmpdir(),
    render: () => "",
    async run(words, { artifact = "", signature = "" }) {
      expect(words).toBe("sign");
      act(artifact, signature);
    },
  });
}

describe("a command", () => {
  it("gets the file, which nobody else can read and nobody keeps, and its signature is taken as it is", async () => {
    const seen: string[] = [];
    const signature = await signedBy((artifact, path) => {
      seen.push(artifact, path);
      expect(basename(artifact)).toBe("tool.tar.gz");
      expect(readFileSync(artifact)).toEqual(data);
      expect(statSync(artifact).mode & 0o777).toBe(0o600);
      expect(existsSync(path)).toBe(false);
      writeFileSync(path, "signed\0");
    });
    expect(Buffer.from(signature).toString()).toBe("signed\0");
    expect(seen.filter((path) => existsSync(path))).toEqual([]);
  });

  it("fails where it leaves no signature, an empty one, too large a one, or a link", async () => {
    const acts: readonly ((artifact: string, signature: string) => void)[] = [
      () => {},
      (_, path) => writeFileSync(path, ""),
      (_, path) => writeFileSync(path, Buffer.alloc(1024 * 1024 + 1)),
      (artifact, path) => symlinkSync(artifact, path),
    ];
    for (const act of acts)
      await expect(signedBy(act)).rejects.toMatchObject({
        code: "step.failed",
        message: expect.stringMatching(/^tool\.tar\.gz has no signature: its command wrote /),
      });
  });
});
