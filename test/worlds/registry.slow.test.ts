/** The registries that images are pushed to in tests. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";

import { needs } from "../judges.ts";
import { execute } from "./holder.ts";
import { registryKinds, registryUser, withRegistry } from "./registry.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-registries-"));
const layer = join(home, "layer.tar");
beforeAll(() => {
  writeFileSync(join(home, "word"), "hello\n");
  execFileSync("tar", ["-C", home, "-cf", layer, "word"]);
});
afterAll(() => rmSync(home, { recursive: true }));

for (const kind of registryKinds) {
  needs(kind, "crane")(`${kind} keeps what is pushed to it, until it is stopped`, async ({ crane }) => {
    const url = await withRegistry(kind, async (registry) => {
      const reference = `${registry.host}/tests/word:1`;
      await run(crane, ["append", "--oci-empty-base", "-f", layer, "-t", reference]);
      await run(crane, ["validate", "--remote", reference]);
      expect(await run(crane, ["ls", `${registry.host}/tests/word`])).toBe("1\n");
      const digest = (await run(crane, ["digest", reference])).trim();
      const answer = await fetch(`${registry.url}/v2/tests/word/referrers/${digest}`);
      expect(answer.status).toBe(kind === "referrers-registry" ? 200 : 404);
      return registry.url;
    });
    await expect(fetch(`${url}/v2/`)).rejects.toThrow("fetch failed");
  });
}

describe.each(["basic", "token"] as const)("with %s auth", (auth) => {
  for (const kind of ["docker-registry", "distribution"] as const) {
    needs(
      kind,
      "crane",
      "openssl",
    )(`${kind} takes from its user, and from nobody else`, async ({ crane }) => {
      await withRegistry(
        kind,
        async ({ host, url }) => {
          const { headers, status } = await fetch(`${url}/v2/`);
          expect(status).toBe(401);
          expect(headers.get("www-authenticate")).toMatch(auth === "basic" ? /^Basic realm=/ : /^Bearer realm=/);
          const push = ["append", "--oci-empty-base", "-f", layer, "-t", `${host}/tests/word:1`];
          const env = { DOCKER_CONFIG: join(home, `${kind}-${auth}`) };
          await expect(run(crane, push, env)).rejects.toThrow(/UNAUTHORIZED|unauthorized|401/);
          await run(crane, ["auth", "login", host, "-u", registryUser.username, "-p", registryUser.password], env);
          await run(crane, push, env);
          await run(crane, ["validate", "--remote", `${host}/tests/word:1`], env);
        },
        { auth },
      );
    });
  }
});

// The server of tokens is in this process: nothing may keep it from answering.
async function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { status, stdout, stderr } = await execute(command, args, { ...process.env, ...env });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
