/** Keys of buckets: found where Amazon's own programs find them, in their order. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { httpClient } from "../../../src/store/http.ts";
import { findCredentials, type Looking } from "../../../src/store/s3/credentials.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-aws-test-"));
const http = httpClient({ env: {} });
afterAll(() => {
  http.close();
  rmSync(home, { recursive: true, force: true });
});
mkdirSync(join(home, ".aws"));
writeFileSync(
  join(home, ".aws", "credentials"),
  `# keys
[default]
aws_access_key_id = one
aws_secret_access_key=first
[ci]
aws_access_key_id = two
aws_secret_access_key = second=
aws_session_token = third
[role]
role_arn = arn:aws:iam::1:role/x
`,
);

const found = async (env: Looking["env"], more: Partial<Looking> = {}) => {
  const { credentials, looked } = await findCredentials({ env, http, profile: "", now: Date.now, ...more });
  return { ...(await credentials()), looked };
};
const inEnv = { AWS_ACCESS_KEY_ID: "env", AWS_SECRET_ACCESS_KEY: "secret" };

test("the environment comes first", async () => {
  expect(await found({ HOME: home, ...inEnv, AWS_SESSION_TOKEN: "token" })).toEqual({
    accessKey: "env",
    secretKey: "secret",
    sessionToken: "token",
    looked: "AWS_ACCESS_KEY_ID",
  });
});

test("a profile that is asked for comes before the environment", async () => {
  expect(await found({ HOME: home, ...inEnv }, { profile: "ci" })).toMatchObject({
    accessKey: "two",
    secretKey: "second=",
    sessionToken: "third",
  });
});

test("the shared file is read by AWS_PROFILE, or its default", async () => {
  expect(await found({ HOME: home })).toMatchObject({ accessKey: "one", secretKey: "first" });
  expect(await found({ HOME: home, AWS_PROFILE: "ci" })).toMatchObject({ accessKey: "two" });
});

test("a profile without keys is none, and the message says what was looked for", async () => {
  await expect(found({ HOME: home, AWS_PROFILE: "role" })).rejects.toMatchObject({
    code: "key.missing",
    expected: expect.stringContaining("the profile role in") as string,
  });
});

test("a container's agent is asked with its token, again before what it gave ends", async () => {
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    const Expiration = "2026-01-30T13:00:00Z";
    response.end(JSON.stringify({ AccessKeyId: `key ${asked.length}`, SecretAccessKey: "s", Token: "t", Expiration }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/creds`;
  let now = Date.parse("2026-01-30T12:00:00Z");
  try {
    const env = {
      HOME: "/nowhere",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "let me",
    };
    const { credentials } = await findCredentials({ env, http, profile: "", now: () => now });
    expect(await credentials()).toEqual({ accessKey: "key 1", secretKey: "s", sessionToken: "t" });
    await credentials();
    expect(asked).toEqual(["let me"]);
    now = Date.parse("2026-01-30T12:56:00Z");
    expect((await credentials()).accessKey).toBe("key 2");
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("an agent elsewhere is not asked in the clear", async () => {
  const env = { HOME: "/nowhere", AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://example.com/creds" };
  await expect(found(env)).rejects.toMatchObject({ code: "key.missing" });
});
