/** Keys of buckets: found where Amazon's own programs find them, in their order. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { unplaced } from "../../../src/model/schema.ts";
import type { Template } from "../../../src/model/template.ts";
import { kinds } from "../../../src/cli/tables.ts";
import { type HttpClient, httpClient, type HttpRequest } from "../../../src/store/http.ts";
import { s3 } from "../../../src/store/s3.ts";
import { findCredentials, type Looking, roleCredentials } from "../../../src/store/s3/credentials.ts";
import type { S3Options } from "../../../src/store/s3/options.ts";

import { problemsIn, read } from "../../input/kinds.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-aws-test-"));
const http = httpClient({ env: {}, retry: { attempts: 1 } });
/** Nothing but loopback is reached in the clear; what an agent elsewhere is asked, is seen here. */
const near: HttpClient = http;
const sts = new URL("http://127.0.0.1:9/");
const usual = { http, near, sts, session: "slipway-tool-1.2.3", profile: "", now: Date.now };
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
  const { credentials, looked } = await findCredentials({ ...usual, env, ...more });
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
    const { credentials } = await findCredentials({ ...usual, env, now: () => now });
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

test("the agent of ECS is asked at its own address, also in the clear, with the token that a file holds", async () => {
  const token = join(home, "agent-token");
  writeFileSync(token, "from a file\n");
  const asked: HttpRequest[] = [];
  const agent: HttpClient = {
    ...near,
    async fetch(request) {
      asked.push(request);
      const bytes = Buffer.from('{"AccessKeyId":"key","SecretAccessKey":"s","Token":"t"}');
      return { status: 200, headers: {}, url: request.url, bytes, tries: 1 };
    },
  };
  const env = {
    HOME: "/nowhere",
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/creds",
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: token,
  };
  expect(await found(env, { near: agent })).toMatchObject({ accessKey: "key", sessionToken: "t" });
  expect(asked.map(({ url, headers }) => [url.href, headers])).toEqual([
    ["http://169.254.170.2/v2/creds", { authorization: "from a file" }],
  ]);
});

/** The Security Token Service as its API page has it, and GitHub's service for identities. */
describe("a role", () => {
  const role = "arn:aws:iam::123456789012:role/releases";
  const issued = "eyJhbGciOiJSUzI1NiJ9.identity-of-the-job";
  const asked: { readonly path: string; readonly form: Readonly<Record<string, string>> }[] = [];
  let refuses = false;
  let server: Server;
  let url: string;
  beforeAll(async () => {
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const body = Buffer.concat(await request.toArray()).toString("utf8");
      asked.push({ path: `${request.method} ${request.url}`, form: Object.fromEntries(new URLSearchParams(body)) });
      if (request.method === "GET") return void response.end(JSON.stringify({ value: issued }));
      if (refuses) {
        const Message = `Not authorized to perform sts:AssumeRoleWithWebIdentity with ${issued}`;
        response.writeHead(403);
        return void response.end(
          `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${Message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
        );
      }
      response.end(
        `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><SubjectFromWebIdentityToken>repo:acme/tool</SubjectFromWebIdentityToken><Credentials><SessionToken>session</SessionToken><SecretAccessKey>secret</SecretAccessKey><Expiration>2026-01-30T13:00:00Z</Expiration><AccessKeyId>key ${asked.length}</AccessKeyId></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
      );
    };
    server = createServer((request, response) => void answer(request, response));
    await once(server.listen(0, "127.0.0.1"), "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    asked.length = 0;
    refuses = false;
  });
  const github = () => ({
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}github?v=2`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of-the-job",
  });
  const form = {
    Action: "AssumeRoleWithWebIdentity",
    Version: "2011-06-15",
    RoleArn: role,
    RoleSessionName: "slipway-tool-1.2.3",
    WebIdentityToken: issued,
  };

  test("is lent for the identity that GitHub gives the job, once for all that wait, and again before its key ends", async () => {
    let now = Date.parse("2026-01-30T12:00:00Z");
    const { credentials, looked } = roleCredentials({
      ...usual,
      env: github(),
      role,
      sts: new URL(url),
      now: () => now,
    });
    const [first, second] = await Promise.all([credentials(), credentials()]);
    expect([first, second]).toEqual([first, first]);
    expect({ first, looked }).toEqual({
      first: { accessKey: "key 2", secretKey: "secret", sessionToken: "session" },
      looked: `the role ${role}`,
    });
    expect(asked).toEqual([
      { path: "GET /github?v=2&audience=sts.amazonaws.com", form: {} },
      { path: "POST /", form },
    ]);
    now = Date.parse("2026-01-30T12:56:00Z");
    expect((await credentials()).accessKey).toBe("key 4");
  });

  test("is lent for the token in a file where the environment names both, before the shared file is looked at", async () => {
    const file = join(home, "web-identity");
    writeFileSync(file, `${issued}\n`);
    const env = { HOME: home, AWS_ROLE_ARN: role, AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_SESSION_NAME: "mine" };
    expect(await found(env, { sts: new URL(url) })).toMatchObject({ accessKey: "key 1", sessionToken: "session" });
    expect(asked).toEqual([{ path: "POST /", form: { ...form, RoleSessionName: "mine" } }]);
  });

  test("that is refused says what to look at, and not with which token", async () => {
    refuses = true;
    const { credentials } = roleCredentials({ ...usual, env: { AWS_ID_TOKEN: issued }, role, sts: new URL(url) });
    await expect(credentials()).rejects.toMatchObject({
      code: "store.denied",
      message: `${new URL(url).host} does not lend ${role}: status 403, AccessDenied, Not authorized to perform sts:AssumeRoleWithWebIdentity with ***`,
      hint: expect.stringContaining("trust policy") as string,
    });
  });

  test("needs an identity", async () => {
    const { credentials } = roleCredentials({ ...usual, env: {}, role, sts: new URL(url) });
    await expect(credentials()).rejects.toMatchObject({
      code: "key.missing",
      message: "`role`: there is no identity token: AWS_ID_TOKEN is not set, and no GitHub job may ask for one",
    });
    expect(asked).toEqual([]);
  });

  test("is asked of a CI job as an identity instead of secrets", () => {
    const options = { s3: "releases", existing: "refuse", checksum: "sha256", partSize: 32 } as never as S3Options;
    expect(s3.job?.({ ...options, role: {} as Template })).toEqual({
      identity: { variable: "AWS_ID_TOKEN", audience: "sts.amazonaws.com" },
    });
    expect(s3.job?.(options)).toEqual({ secrets: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] });
  });

  test("is one, and no key stands beside it", () => {
    const text = (of: string): Template => ({
      source: of,
      place: undefined,
      constant: true,
      roots: [],
      late: [],
      render: () => of,
    });
    const options = { s3: text("releases"), existing: "refuse", checksum: "sha256", partSize: 32 } as const;
    const entry = { kind: "s3", name: text("s3"), path: "stores.s3", place: unplaced, when: undefined, env: {} };
    const decide = (of: string) =>
      s3.decide(
        { ...entry, for: undefined, options: { ...options, role: text(of) } },
        { project: { name: "tool" }, version: "1" },
      );
    expect(decide(role)).toMatchObject({ role });
    expect(() => decide("releases")).toThrow("cannot be a role");
    const config = `stores: { a: { s3: b, role: "${role}", accessKey: env:A, secretKey: env:B } }`;
    expect(problemsIn(() => read(config, kinds))).toMatchObject([{ expected: "`role`, or a key of its own" }]);
  });
});
