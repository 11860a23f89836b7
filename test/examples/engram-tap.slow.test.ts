/** The engram example's formula: Ruby that brew can evaluate, for each platform the archive of the Release, in the tap of a forge. */
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";

import { needs } from "../judges.ts";
import { startFakeGithub } from "../servers/github.ts";
import { exampleRepository } from "../worlds/example.ts";
import { giteaRepository } from "../worlds/gitea-repository.ts";
import { giteaObstacle, startGitea } from "../worlds/gitea.ts";
import { slipway } from "../worlds/slipway.ts";

/** As much of brew's Formula as a formula of programs uses: `ruby STUB FORMULA OS ARCH` prints what brew would download. */
const stub = `
class Recorder
  attr_reader :installed
  def install(name) = @installed = name
end
class Formula
  class << self
    attr_reader :facts
    def inherited(child) = child.instance_variable_set(:@facts, {})
    %w[desc homepage version license url sha256].each { |word| define_method(word) { |text| facts[word] = text } }
    def on_macos = (yield if ARGV[1] == "darwin")
    def on_linux = (yield if ARGV[1] == "linux")
    def on_arm = (yield if ARGV[2] == "arm64")
    def on_intel = (yield if ARGV[2] == "amd64")
    def test(&block) = facts["test"] = block
  end
  def bin = @bin ||= Recorder.new
end
require "json"
load ARGV[0]
made = Engram.new
made.install
puts JSON.generate(Engram.facts.merge("test" => Engram.facts["test"].class.name, "bin" => made.bin.installed))
`;

interface Facts {
  readonly url: string;
  readonly sha256: string;
}

needs("gitea", "go", "ruby")(
  "engram's formula names what was released, and is in its tap once everything else is out",
  async ({ ruby }, test) => {
    const obstacle = giteaObstacle();
    if (obstacle !== undefined) test.skip(obstacle);
    const [forge, github] = await Promise.all([startGitea(), startFakeGithub()]);
    const name = "hyperengineering/engram";
    const folder = mkdtempSync(join(tmpdir(), "slipway-tap-"));
    try {
      const tap = await giteaRepository(forge, "homebrew-tap");
      const repository = exampleRepository("engram", {
        folder: join(folder, "engram"),
        instead: {
          "https://github.com/hyperengineering/homebrew-tap": `${forge.url}/${tap.name}`,
          // Only what the formula is made of: the rest has tests of its own.
          "formats: [deb, rpm]": "formats: [deb, rpm]\n    when: false",
          "platforms: linux/{amd64,arm64}": "when: false\n    platforms: linux/{amd64,arm64}",
          "sbom: [spdx, cyclonedx]": "sbom: []",
        },
      });
      const head = execFileSync("git", ["-C", repository, "rev-parse", "HEAD"], { encoding: "utf8" }).trim();
      github.repository(name).refs.set("refs/tags/v1.0.0", head);
      const env = {
        HOMEBREW_TAP_GITHUB_TOKEN: forge.token,
        GITHUB_TOKEN: github.token,
        GITHUB_API_URL: github.endpoint,
      };
      const { code, stderr } = await slipway(["release"], { cwd: repository, env });
      expect(stderr).not.toContain(forge.token);
      expect(code).toBe(0);

      // What the formula downloads is out, and is what was made.
      const at = `${github.origin}/${name}/releases/download/v1.0.0`;
      expect(await slipway(["verify", at], { cwd: folder })).toMatchObject({ code: 0 });
      expect(github.repository(name).releases).toMatchObject([{ name: "Engram v1.0.0", draft: false }]);

      const released = readFileSync(join(repository, "dist/1.0.0/engram.rb"), "utf8");
      const { json } = await tap.api("GET", "/contents/Formula/engram.rb");
      expect(Buffer.from((json as { readonly content: string }).content, "base64").toString()).toBe(released);
      const [{ commit }] = (await tap.api("GET", "/commits")).json as readonly [
        { readonly commit: { readonly message: string; readonly author: { readonly name: string } } },
      ];
      expect(commit.message.split("\n")[0]).toBe("Engram 1.0.0");
      expect(commit.author.name).toBe("Engram Team");

      const formula = join(folder, "engram.rb");
      writeFileSync(formula, released);
      writeFileSync(join(folder, "stub.rb"), stub);
      expect(execFileSync(ruby, ["-wc", formula], { encoding: "utf8" })).toContain("Syntax OK");
      for (const os of ["darwin", "linux"])
        for (const arch of ["amd64", "arm64"]) {
          const facts = JSON.parse(
            execFileSync(ruby, [join(folder, "stub.rb"), formula, os, arch], { encoding: "utf8" }),
          ) as Facts;
          const file = `engram_${os}_${arch}.tar.gz`;
          const archive = readFileSync(join(repository, "dist/1.0.0", file));
          expect(facts).toEqual({
            desc: "Centralized lore persistence and synchronization service",
            homepage: "https://github.com/hyperengineering/engram",
            version: "1.0.0",
            license: "MIT",
            url: `https://github.com/hyperengineering/engram/releases/download/v1.0.0/${file}`,
            sha256: createHash("sha256").update(archive).digest("hex"),
            test: "Proc",
            bin: "engram",
          });
        }
    } finally {
      await Promise.all([forge.stop(), github.stop()]);
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
