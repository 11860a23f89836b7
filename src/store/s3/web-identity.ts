/** A role taken on with an identity token: AssumeRoleWithWebIdentity of AWS's Security Token Service (docs.aws.amazon.com, STS API). */
import { readFile } from "node:fs/promises";

import { onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import type { HttpClient } from "../http.ts";
import { identityToken } from "../packages/identity-token.ts";
import { awsAudience, awsIdentity } from "./aws-identity.ts";
import { textBody } from "./client.ts";
import type { Lent } from "./renewed.ts";
import { readXml } from "./xml.ts";

export interface RoleRequest {
  readonly http: HttpClient;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Address of the service. */
  readonly endpoint: URL;
  /** `arn:aws:iam::123456789012:role/releases`. */
  readonly role: string;
  /** What the session is called in the account's records. */
  readonly session: string;
}

/** The token is read anew each time, since it ends sooner than the key. Fails with `key.missing` and `store.denied`. */
export async function takeRole({ http, env, endpoint, role, session }: RoleRequest): Promise<Lent> {
  const token = await tokenIn(env, http);
  const form = new URLSearchParams({
    Action: "AssumeRoleWithWebIdentity",
    Version: "2011-06-15",
    RoleArn: role,
    RoleSessionName: env["AWS_ROLE_SESSION_NAME"] || session.replace(/[^\w+=,.@-]+/g, "-").slice(0, 64),
    WebIdentityToken: token,
  });
  const answer = await http.fetch({
    method: "POST",
    url: endpoint,
    headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/xml" },
    body: textBody(form.toString()),
    secrets: [token],
    repeatable: true,
    stays: true,
  });
  const given = answer.status === 200 ? credentialsIn(answer.bytes) : undefined;
  if (given !== undefined) return given;
  const said = [`status ${answer.status}`, ...wordsIn(answer.bytes)].filter((words) => words !== "").join(", ");
  const isPassing = answer.status === 429 || answer.status >= 500;
  throw new Problem(
    isPassing ? "store.unreachable" : "store.denied",
    `${endpoint.host} does not lend ${role}: ${said}`,
    {
      hint: isPassing
        ? "Run the same command again."
        : `The role's trust policy has to name the issuer of the identity, its audience (${awsAudience}), and the repository in its subject.`,
    },
  );
}

/** A file that the machine keeps up to date (EKS), or the CI job's own. */
async function tokenIn(env: RoleRequest["env"], http: HttpClient): Promise<string> {
  const file = env["AWS_WEB_IDENTITY_TOKEN_FILE"] ?? "";
  if (file === "") return identityToken({ audience: awsAudience, variable: awsIdentity, option: "role", env, http });
  const text = (await onDisk(file, () => readFile(file, "utf8"))).trim();
  if (text !== "" && text.length <= 64 * 1024) return text;
  throw new Problem("key.invalid", `${file} holds no identity token`, {
    hint: "AWS_WEB_IDENTITY_TOKEN_FILE names it.",
  });
}

/** Its `Code` and `Message` ("Common errors"), as far as it is the service that speaks. */
function wordsIn(bytes: Uint8Array): readonly string[] {
  if (bytes.length > 64 * 1024) return [];
  try {
    const error = readXml(Buffer.from(bytes).toString("utf8"), "ErrorResponse")?.all("Error")[0];
    return ["Code", "Message"].map((name) => (error?.of(name) ?? "").replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").slice(0, 300));
  } catch {
    return []; // a page of a proxy, say
  }
}

function credentialsIn(bytes: Uint8Array): Lent | undefined {
  const response = readXml(Buffer.from(bytes).toString("utf8"), "AssumeRoleWithWebIdentityResponse");
  const found = response?.all("AssumeRoleWithWebIdentityResult")[0]?.all("Credentials")[0];
  const [accessKey = "", secretKey = "", sessionToken = ""] = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map(
    (name) => found?.of(name),
  );
  if (accessKey === "" || secretKey === "") return undefined;
  return { credentials: { accessKey, secretKey, sessionToken }, expiration: found?.of("Expiration") };
}
