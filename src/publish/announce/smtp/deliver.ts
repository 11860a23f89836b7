/** Hands one mail to one SMTP server, by nodemailer, and tells what a failure leaves open. */

export interface Mail {
  readonly from: string;
  readonly to: string[];
  readonly cc: string[];
  readonly bcc: string[];
  readonly subject: string;
  readonly text: string;
  /** Empty for none. */
  readonly html: string;
  /** With its angle brackets. */
  readonly messageId: string;
}

export interface Mailbox {
  readonly host: string;
  readonly port: number;
  readonly tls: "starttls" | "always" | "never";
  readonly login: { readonly user: string; readonly pass: string } | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Why a mail was not taken, as far as anybody knows. */
export class NotDelivered extends Error {
  override readonly name = "NotDelivered";
  readonly reason: "login" | "tls" | "refused" | "passing";
  /** All of it was sent, and the answer is missing: it may have been taken. */
  readonly isDoubtful: boolean;

  constructor(cause: Error, reason: NotDelivered["reason"], isDoubtful: boolean) {
    super(cause.message, { cause });
    this.reason = reason;
    this.isDoubtful = isDoubtful;
  }
}

/** Fails with {@link NotDelivered}. Nothing is said in the clear where TLS was asked for. */
export async function deliver({ html, ...mail }: Mail, { host, port, tls, login, signal }: Mailbox): Promise<void> {
  const { createTransport } = await import("nodemailer");
  let wasHandedOver = false;
  const transport = createTransport({
    host,
    port,
    secure: tls === "always",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "never",
    connectionTimeout: 30_000,
    greetingTimeout: 30_000,
    socketTimeout: 60_000,
    ...(login === undefined ? {} : { auth: { ...login } }),
    // What templates say names no files and no addresses to fetch from.
    disableFileAccess: true,
    disableUrlAccess: true,
    // It logs the message once its last byte is on the way.
    logger: { info: (entry: unknown) => void (wasHandedOver ||= isMessage(entry)) },
  });
  const stop = (): void => transport.close();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    await transport.sendMail({
      ...mail,
      ...(html === "" ? {} : { html }),
      headers: { "Auto-Submitted": "auto-generated" },
    });
  } catch (thrown) {
    throw asNotDelivered(thrown, wasHandedOver);
  } finally {
    signal?.removeEventListener("abort", stop);
    transport.close();
  }
}

function isMessage(entry: unknown): boolean {
  return typeof entry === "object" && entry !== null && "tnx" in entry && entry.tnx === "message";
}

/** What `code` and `responseCode` mean: https://nodemailer.com/errors, RFC 5321 section 4.2.1. */
function asNotDelivered(thrown: unknown, wasHandedOver: boolean): NotDelivered {
  const failed = thrown instanceof Error ? thrown : new Error(String(thrown));
  const code = "code" in failed ? failed.code : "";
  const answered = "responseCode" in failed && typeof failed.responseCode === "number" ? failed.responseCode : 0;
  if (code === "EAUTH" || code === "ENOAUTH") return new NotDelivered(failed, "login", false);
  if (code === "ETLS" || /certificate/.test(failed.message)) return new NotDelivered(failed, "tls", false);
  if (answered >= 500 || code === "EENVELOPE") return new NotDelivered(failed, "refused", false);
  return new NotDelivered(failed, "passing", wasHandedOver && answered === 0);
}
