/** Runs the program that follows when all names have moved, such as one that empties a CDN's cache. */
import { renderedVariables } from "../variables.ts";
import type { S3Settings } from "./settings.ts";

/** Milliseconds it may take. */
const patience = 10 * 60_000;

/** Each time: whether an earlier run came this far is not known. It gets the bucket's own key, under the names that AWS's programs read. */
export async function runAfter({ after, context, credentials, region }: S3Settings): Promise<void> {
  if (after === undefined) return;
  const { accessKey, secretKey, sessionToken } = await credentials();
  const key = {
    AWS_ACCESS_KEY_ID: accessKey,
    AWS_SECRET_ACCESS_KEY: secretKey,
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
    AWS_REGION: region,
  };
  const env = { ...key, ...renderedVariables(after.env, {}, context), ...after.secrets };
  const secrets = [secretKey, sessionToken ?? "", ...Object.values(after.secrets)].filter((secret) => secret !== "");
  await context.run({ words: after.words, names: {}, env, secrets, timeout: patience });
}
