/** Opens a bucket: its address, its key, and how it is spoken to. Nothing is asked of it yet. */
import { resolve } from "node:path";

import { httpClient } from "../http.ts";
import type { StoreContext } from "../kind.ts";
import { readToken, secretWords } from "../token.ts";
import { fetchVariables } from "../variables.ts";
import { openBucket } from "./client.ts";
import { type FoundCredentials, findCredentials, type Looking, roleCredentials } from "./credentials.ts";
import type { DecidedS3 } from "./options.ts";
import { readPublic } from "./public.ts";
import type { S3Settings } from "./settings.ts";

/** Fails with `key.missing` and `key.invalid`. */
export async function openSettings(decided: DecidedS3, context: StoreContext): Promise<S3Settings> {
  const { bucket: name, path, pathOf, latest, insecure, ca } = decided;
  const { env, signal, root } = context;
  const http = httpClient({ env, signal, insecure, ca: ca === "" ? undefined : resolve(root, ca) });
  // Agents of containers answer in the clear, at addresses that lead nowhere else.
  const near = httpClient({ env: {}, signal, insecure: true });
  const close = (): void => [http, near].forEach((client) => client.close());
  try {
    const region = decided.region || env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || "us-east-1";
    const endpoint = decided.endpoint || env["AWS_ENDPOINT_URL_S3"] || env["AWS_ENDPOINT_URL"] || "";
    const { credentials, looked } = await credentialsOf(decided, context, {
      http,
      near,
      sts: stsAt(decided, region, env),
    });
    const bucket = openBucket({
      http,
      bucket: name,
      endpoint: new URL(endpoint === "" ? `https://s3.${region}.amazonaws.com` : endpoint),
      // A certificate for *.s3.amazonaws.com does not hold for names with dots.
      pathStyle: decided.pathStyle ?? (endpoint !== "" || name.includes(".")),
      region,
      credentials,
      looked,
      now: Date.now,
    });
    return {
      bucket,
      prefix: path,
      prefixOf: (release) => (pathOf === undefined ? undefined : slashed(context.render(pathOf, { ...release }))),
      existing: decided.existing,
      checked: decided.checksum === "sha256",
      partSize: decided.partSize * 1024 * 1024,
      headers: decided.headers,
      url: decided.url,
      latest: latest === "" ? undefined : { prefix: latest, byChannel: decided.latestByChannel },
      after: await afterOf(decided, context),
      credentials,
      region,
      context,
      readPublic: (url) => readPublic(http, url),
      close,
    };
  } catch (thrown) {
    close();
    throw thrown;
  }
}

/** Beside the bucket where its server is named: such as MinIO speak both protocols at one address. */
function stsAt({ endpoint }: DecidedS3, region: string, env: StoreContext["env"]): URL {
  const written = env["AWS_ENDPOINT_URL_STS"] || endpoint || env["AWS_ENDPOINT_URL"];
  return new URL(written || `https://sts.${region}.amazonaws.com/`);
}

async function afterOf({ after, env, secrets }: DecidedS3, context: StoreContext): Promise<S3Settings["after"]> {
  return after === undefined ? undefined : { words: after, env, secrets: await fetchVariables(secrets, context) };
}

function slashed(path: string): string {
  const names = path.split("/").filter((name) => name !== "");
  return names.map((name) => `${name}/`).join("");
}

async function credentialsOf(
  { accessKey, secretKey, sessionToken, profile, role }: DecidedS3,
  context: StoreContext,
  asking: Pick<Looking, "http" | "near" | "sts">,
): Promise<FoundCredentials> {
  const { project, version } = context.about;
  const looking = { ...asking, env: context.env, profile, now: Date.now, session: `slipway-${project}-${version}` };
  if (role !== "") return roleCredentials({ ...looking, role });
  if (accessKey === undefined || secretKey === undefined) return findCredentials(looking);
  const held = {
    accessKey: await readToken(accessKey, context),
    secretKey: await readToken(secretKey, context),
    sessionToken: sessionToken === undefined ? undefined : await readToken(sessionToken, context),
  };
  return { credentials: async () => held, looked: secretWords(accessKey) };
}
