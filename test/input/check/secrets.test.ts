/** Secrets written out in a config are refused at their place, and no message repeats them. */
import { describe, expect, it } from "vitest";
import { problemsIn, read } from "../kinds.ts";

// Put together here, so that no scanner takes this file for a leak.
const secrets: readonly (readonly [what: string, secret: string])[] = [
  ["a GitHub token", `ghp_${"aB3".repeat(12)}`],
  ["a GitHub app token", `ghs_${"aB3".repeat(12)}`],
  ["a fine-grained GitHub token", `github_pat_${"11ABCDEFG0".repeat(3)}_${"x1".repeat(20)}`],
  ["a GitLab token", `glpat-${"Ab1_".repeat(5)}`],
  ["an AWS key", `AKIA${"IOSF7DNN".repeat(2)}`],
  ["a Slack token", `xoxb-${"123456789012-".repeat(2)}abc`],
  ["an npm token", `npm_${"aB3".repeat(12)}`],
  ["a private key", ["-----BEGIN RSA", "PRIVATE KEY-----"].join(" ")],
  ["an OpenPGP key", ["-----BEGIN PGP", "PRIVATE KEY BLOCK-----"].join(" ")],
  ["a password in an address", ["https://ada:", "hunter22@example.com/x"].join("")],
];

describe("a secret", () => {
  it.each(secrets)("that is %s is found wherever it stands, and never repeated", (_, secret) => {
    const places = [`vars: { a: "${secret}" }`, `env:\n  A: x ${secret} y`, `archives:\n  - name: >\n      a\n      ${secret}`, `notes: { header: |\n  ${secret}\n  }`, `# ${secret}`, `"${secret}": 1`, `release: { layout: "${secret}" }`, `stores: { a: { folder: a, token: "${secret}" } }`]; // prettier-ignore
    for (const text of places) {
      const problems = problemsIn(() => read(text));
      const found = problems.filter(({ code }) => code === "config.secret");
      expect(found.length, text).toBe(1);
      const line = text.split("\n").findIndex((one) => one.includes(secret.slice(0, 12))) + 3;
      expect(found[0]?.place?.line, text).toBe(line);
      for (const { message, expected, hint } of problems) {
        expect(`${message} ${expected} ${hint}`, text).not.toContain(secret.slice(5, 25));
      }
    }
  });

  it.each(["token", "npmToken", "NPM_TOKEN", "password", "apiKey", "secret", "webhook"])(
    "under the key %s is found by how random it looks",
    (key) => {
      const random = "q8Zr2vNc0Kx7Lw4T";
      const problems = problemsIn(() => read(`vars: { ${key}: "${random}" }`));
      expect(problems.map(({ code }) => code)).toEqual(["config.secret"]);
      expect(problems[0]?.message).not.toContain(random);
    },
  );
});

describe("what is no secret", () => {
  it.each([
    "vars: { token: env:GITHUB_TOKEN }",
    "env: { GITHUB_TOKEN: '{{ env.GITHUB_TOKEN }}' }",
    "vars: { tokenizer: q8Zr2vNc0Kx7Lw4T }",
    "vars: { password: correct }",
    "vars: { commit: 0123456789abcdef0123456789abcdef01234567 }",
    "vars: { url: 'https://example.com/ada:x@y', repo: 'git@github.com:acme/tool.git', ssh: 'ssh://git@example.com/x' }",
    "vars: { pem: '-----BEGIN PUBLIC KEY-----' }",
    "vars: { ghp: ghp_short, npm: npm_config_registry }",
    "env: { API_KEY: 'https://example.com/some/longer/path' }",
  ])("is let through: %s", (text) => {
    expect(problemsIn(() => read(text))).toEqual([]);
  });
});
