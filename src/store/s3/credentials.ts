/** Finds the key for a bucket where other programs of AWS look too: the environment, the shared files, a container's agent. */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

import { errnoOf, onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import type { HttpClient } from "../http.ts";
import { isLoopback } from "../http/loopback.ts";
import { type Lent, renewed } from "./renewed.ts";
import type { AwsCredentials } from "./sign.ts";
import { takeRole } from "./web-identity.ts";

export interface FoundCredentials {
  readonly credentials: () => Promise<AwsCredentials>;
  /** Where they were found, for hints. */
  readonly looked: string;
}

export interface Looking {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly http: HttpClient;
  /** Of the shared file; empty: AWS_PROFILE, or `default`. */
  readonly profile: string;
  readonly now: () => number;
  /** Asks agents of this machine, in the clear and through no proxy. */
  readonly near: HttpClient;
  /** Address of the Security Token Service. */
  readonly sts: URL;
  /** What sessions are called there. */
  readonly session: string;
}

/** Those that a role lends to whoever shows an identity token that it trusts. */
export function roleCredentials({ now, sts, ...rest }: Looking & { readonly role: string }): FoundCredentials {
  const credentials = renewed(now, () => takeRole({ ...rest, endpoint: sts }));
  return { credentials, looked: `the role ${rest.role}` };
}

/**
 * In the order of AWS's own programs ("Standardized credential providers"): AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY unless a
 * profile is asked for, AWS_ROLE_ARN with AWS_WEB_IDENTITY_TOKEN_FILE, the shared credentials file, AWS_CONTAINER_CREDENTIALS_FULL_URI or ..._RELATIVE_URI. Fails with `key.missing`.
 */
export async function findCredentials(looking: Looking): Promise<FoundCredentials> {
  const { env, profile } = looking;
  const accessKey = env["AWS_ACCESS_KEY_ID"] ?? "";
  const secretKey = env["AWS_SECRET_ACCESS_KEY"] ?? "";
  if (profile === "" && accessKey !== "" && secretKey !== "") {
    const held = { accessKey, secretKey, sessionToken: env["AWS_SESSION_TOKEN"] || undefined };
    return { credentials: async () => held, looked: "AWS_ACCESS_KEY_ID" };
  }
  const role = env["AWS_ROLE_ARN"] ?? "";
  if (profile === "" && role !== "" && (env["AWS_WEB_IDENTITY_TOKEN_FILE"] ?? "") !== "")
    return roleCredentials({ ...looking, role });
  const file = env["AWS_SHARED_CREDENTIALS_FILE"] || join(env["HOME"] ?? homedir(), ".aws", "credentials");
  const wanted = profile || env["AWS_PROFILE"] || "default";
  const shared = await sharedCredentials(file, wanted);
  if (shared !== undefined) return { credentials: async () => shared, looked: `${file}, profile ${wanted}` };
  const agent = profile === "" ? containerAgent(env) : undefined;
  if (agent !== undefined)
    return { credentials: renewed(looking.now, () => askAgent(looking.near, agent)), looked: agent.url.href };
  throw new Problem("key.missing", "there is no key for the bucket", {
    expected: `AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile ${wanted} in ${file}`,
    hint: "Set both variables, or write `accessKey: env:NAME` and `secretKey: env:NAME` for that store.",
  });
}

/** A profile of the file, as INI ("Configuration and credential file settings"); undefined where it has no keys of its own. */
async function sharedCredentials(file: string, profile: string): Promise<AwsCredentials | undefined> {
  const text = await readText(file);
  if (text === undefined) return undefined;
  const values = new Map<string, string>();
  let section = "";
  for (const line of text.split(/\r?\n/)) {
    const [, header] = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line) ?? [];
    if (header !== undefined) section = header;
    const [, name, value] = /^\s*([A-Za-z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (section === profile && name !== undefined && value !== undefined) values.set(name, value);
  }
  const accessKey = values.get("aws_access_key_id");
  const secretKey = values.get("aws_secret_access_key");
  if (accessKey === undefined || secretKey === undefined) return undefined;
  return { accessKey, secretKey, sessionToken: values.get("aws_session_token") };
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (thrown) {
    if (["ENOENT", "ENOTDIR"].includes(errnoOf(thrown) ?? "")) return undefined;
    return onDisk(file, () => Promise.reject(thrown as Error));
  }
}

interface Agent {
  readonly url: URL;
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
}

/** The agent of ECS and CodeBuild. A full address is asked only over HTTPS, on this machine, or at the agents' own addresses. */
function containerAgent(env: Looking["env"]): Agent | undefined {
  const relative = env["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] ?? "";
  const written = relative === "" ? env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] : `http://169.254.170.2${relative}`;
  const url = written === undefined ? null : URL.parse(written);
  if (url === null) return undefined;
  const own = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"];
  if (url.protocol !== "https:" && !isLoopback(url.hostname) && !own.includes(url.hostname)) return undefined;
  const file = env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] ?? "";
  const headers: Agent["headers"] = async () => {
    const token =
      file === ""
        ? env["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
        : (await onDisk(file, () => readFile(file, "utf8"))).trim();
    return token === undefined ? {} : { authorization: token };
  };
  return { url, headers };
}

const agentSchema = z.looseObject({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  Token: z.string().optional(),
  Expiration: z.string().optional(),
});

async function askAgent(http: HttpClient, { url, headers }: Agent): Promise<Lent> {
  const answer = await http.fetch(
    { method: "GET", url, headers: await headers(), repeatable: true, stays: true },
    64 * 1024,
  );
  const given = answer.status === 200 ? agentSchema.safeParse(parsed(answer.bytes)) : undefined;
  if (given?.success !== true)
    throw new Problem("store.denied", `${url.host} gives no key: status ${answer.status}`, {
      hint: "The role of this container may not be allowed to have one.",
    });
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = given.data;
  const credentials = { accessKey: AccessKeyId, secretKey: SecretAccessKey, sessionToken: Token };
  return { credentials, expiration: Expiration };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}
