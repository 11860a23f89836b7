/** Mails as an SMTP server receives them: encrypted, logged in, once. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { smtp } from "../../../src/publish/announce/smtp.ts";
import { isDoubtful } from "../../../src/publish/announce/send.ts";
import { Problem } from "../../../src/model/problem.ts";
import { announceContext, optionsOf, releaseUrl } from "./world.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-smtp-test-"));
beforeAll(() => {
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key.pem"];
  execFileSync("openssl", ["req", "-x509", ...key, "-out", "cert.pem", "-days", "2", ...subject], {
    cwd: home,
    stdio: "ignore",
  });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly isSecure: boolean;
  readonly user: string;
}

const servers: SMTPServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A catcher with the login ada / s3cret. */
async function catcher(
  more: Partial<ConstructorParameters<typeof SMTPServer>[0]> = {},
): Promise<{ port: number; mails: Mail[] }> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    key: readFileSync(join(home, "key.pem")),
    cert: readFileSync(join(home, "cert.pem")),
    authOptional: true,
    logger: false,
    onAuth: ({ username = "", password }, _, done) =>
      username === "ada" && password === "s3cret" ? done(null, { user: username }) : done(new Error(`no, ${password}`)),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString("utf8"),
          isSecure: session.secure,
          user: String(session.user ?? ""),
        });
        done();
      });
    },
    ...more,
  });
  server.on("error", () => {}); // clients that hang up
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return { port: (server.server.address() as AddressInfo).port, mails };
}

const sending = (port: number, more: string): string =>
  `{ smtp: localhost, port: ${port}, from: "Tool <tool@a.example>", to: [one@b.example], ${more} }`;

async function say(entry: string, password = "s3cret"): Promise<void> {
  // The certificate is of this test; whoever runs Slipway trusts such by NODE_EXTRA_CA_CERTS.
  const context = announceContext({ secrets: { "env:PASSWORD": password } });
  await smtp.announce(optionsOf(entry), context);
}

const failing = (work: Promise<unknown>): Promise<Problem> =>
  work.then(
    () => {
      throw new Error("it was said");
    },
    (thrown: unknown) => {
      if (thrown instanceof Problem) return thrown;
      throw thrown;
    },
  );

describe("a mail", () => {
  test("reaches everybody it is for, with notes and address, and shows nobody who reads it unseen", async () => {
    const { port, mails } = await catcher();
    await say(sending(port, 'tls: never, cc: ["Two <two@b.example>"], bcc: three@b.example'));
    expect(mails).toHaveLength(1);
    const [mail] = mails;
    expect(mail).toMatchObject({ from: "tool@a.example", to: ["one@b.example", "two@b.example", "three@b.example"] });
    expect(mail?.text).toMatch(/^Subject: tool 1\.2\.3 is out\r$/m);
    expect(mail?.text).toMatch(/^Cc: Two <two@b\.example>\r$/m);
    expect(mail?.text).toMatch(new RegExp(`^Message-ID: <${"a".repeat(32)}@tool\\.slipway>\\r$`, "m"));
    expect(mail?.text).not.toContain("three@b.example");
    expect(mail?.text).toContain(releaseUrl);
    expect(mail?.text).toContain("- more (#7)");
  });

  test("has one subject whatever a template says, and headers of nobody else", async () => {
    const { port, mails } = await catcher();
    await say(
      sending(port, String.raw`tls: never, subject: "{{ tag }}\r\nBcc: evil@b.example", text: "{{ release.url }}"`),
    );
    expect(mails[0]?.to).toEqual(["one@b.example"]);
    expect(mails[0]?.text).toMatch(/^Subject: v1\.2\.3 Bcc: evil@b\.example\r$/m);
  });

  test("is not sent in the clear where TLS is asked for and not offered, and no password is", async () => {
    const heard: string[] = [];
    const { port, mails } = await catcher({
      disabledCommands: ["STARTTLS"],
      onAuth: ({ password }, _, done) => {
        heard.push(String(password));
        done(null, { user: "ada" });
      },
    });
    const problem = await failing(say(sending(port, "username: ada, password: env:PASSWORD")));
    expect(problem.code).toBe("store.failed");
    expect([mails, heard]).toEqual([[], []]);
  });

  test("is not sent to a server whose certificate nobody vouches for", async () => {
    const { port, mails } = await catcher();
    const problem = await failing(say(sending(port, "username: ada, password: env:PASSWORD")));
    expect(problem.message).toMatch(/self-signed certificate/);
    expect(mails).toEqual([]);
  });

  test("that is refused says why, without the password, and is not in doubt", async () => {
    const { port } = await catcher({ authOptional: false, allowInsecureAuth: true });
    const wrong = await failing(say(sending(port, "tls: never, username: ada, password: env:PASSWORD"), "wr0ng-word"));
    expect(wrong).toMatchObject({ code: "store.denied" });
    expect(wrong.message).not.toContain("wr0ng-word");
    expect(wrong.hint).toContain("env:PASSWORD");
    const full = await catcher({
      onRcptTo: (_, __, done) => done(Object.assign(new Error("no such mailbox"), { responseCode: 550 })),
    });
    const refused = await failing(say(sending(full.port, "tls: never")));
    expect(refused).toMatchObject({ code: "store.failed", message: expect.stringContaining("no such mailbox") });
    expect(isDoubtful(refused)).toBe(false);
  });

  test("whose server goes silent where it should say that it has it may have been sent", async () => {
    const { port } = await catcher({
      onData(stream) {
        stream.resume();
        stream.on("end", () => hangUp());
      },
    });
    const [listening] = servers;
    const sockets: Socket[] = [];
    listening?.server.on("connection", (socket: Socket) => sockets.push(socket));
    const hangUp = (): void => sockets.forEach((socket) => socket.destroy());
    const problem = await failing(say(sending(port, "tls: never")));
    expect([problem.code, isDoubtful(problem)]).toEqual(["store.unreachable", true]);
  });

  test("is unreachable where nobody listens", async () => {
    const problem = await failing(say(sending(9, "tls: never")));
    expect(problem.code).toBe("store.unreachable");
    expect(isDoubtful(problem)).toBe(false);
  });
});
