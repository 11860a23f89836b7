/** The key of a session, with its token, as MinIO's own service of such keys gives it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";

import { textBody } from "../../src/store/s3/client.ts";
import { signed } from "../../src/store/s3/sign.ts";
import { readXml } from "../../src/store/s3/xml.ts";
import { needs } from "../judges.ts";
import { objectUser, startObjectServer } from "../worlds/object-server.ts";
import { contextFor, decidedFor, fileOf, openS3, unread } from "./s3/opened.ts";

needs("minio")(
  "a session's key is enough, from the config or the environment, and nothing without its token",
  async () => {
    const home = mkdtempSync(join(tmpdir(), "slipway-session-test-"));
    const server = await startObjectServer("minio", ["releases"]);
    try {
      const body = "Action=AssumeRole&Version=2011-06-15&DurationSeconds=900";
      const asking = signed({
        method: "POST",
        url: new URL(`${server.url}/`),
        headers: { "content-type": "application/x-www-form-urlencoded" },
        payload: textBody(body).sha256,
        credentials: objectUser,
        region: "us-east-1",
        service: "sts",
        now: Date.now(),
      });
      const { headers, authorization } = asking;
      const answer = await fetch(`${server.url}/`, { method: "POST", headers: { ...headers, authorization }, body });
      const result = readXml(await answer.text(), "AssumeRoleResponse")?.all("AssumeRoleResult")[0];
      const given = result?.all("Credentials")[0];
      const [id, key, token] = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map((name) => given?.of(name) ?? "");
      const file = fileOf(home, "tool.zip", 1000);

      const { accessKey: _, secretKey: __, ...rest } = decidedFor(server.url);
      const env = { HOME: home, AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key, AWS_SESSION_TOKEN: token };
      const store = await openS3(rest, contextFor(home, { env }));
      expect((await store.put(file.artifact, unread(), file.path)).outcome).toBe("done");
      expect(await store.point(file.artifact)).toMatchObject([{ outcome: "done" }]);

      const secrets: Readonly<Record<string, string | undefined>> = { KEY: id, SECRET: key, TOKEN: token };
      const secret = async ({ name }: { readonly name: string }): Promise<Buffer> => Buffer.from(secrets[name] ?? "");
      const named = decidedFor(server.url, { sessionToken: { from: "env", name: "TOKEN" } });
      const again = await openS3(named, contextFor(home, { secret }));
      expect((await again.put(file.artifact, unread(), file.path)).outcome).toBe("already");

      const without = await openS3(decidedFor(server.url), contextFor(home, { secret }));
      await expect(without.put(file.artifact, unread(), file.path)).rejects.toMatchObject({ code: "store.denied" });
    } finally {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    }
  },
);
