/** Announcements by mail: one message, handed to one server of the sender's, by nodemailer. */
import { z } from "../../model/schema.ts";
import { Problem, type ProblemCode } from "../../model/problem.ts";
import { oneOrMore, type SecretName } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { readToken, secretWords } from "../../store/token.ts";
import type { AnnounceContext, Announcer } from "./kind.ts";
import { hidden, maybeSaid } from "./send.ts";
import { deliver, type Mail, NotDelivered } from "./smtp/deliver.ts";
import { lateText, optionalWords, planned, plannedSecret, plannedText, secretOption, wordsOf } from "./texts.ts";

/** `starttls`: in the clear until both agree on TLS, and not a word before; `always`: from the first byte. */
const tls = z.enum(["starttls", "always", "never"]);

interface SmtpOptions {
  readonly host: string;
  readonly port?: number | undefined;
  readonly tls: z.output<typeof tls>;
  readonly username?: string | undefined;
  readonly password?: SecretName | undefined;
  readonly from: Template;
  readonly to: readonly Template[];
  readonly cc: readonly Template[];
  readonly bcc: readonly Template[];
  readonly subject?: Template | undefined;
  readonly text?: Template | undefined;
  readonly html?: Template | undefined;
}

const addresses = z.array(plannedText);
const decided = z.object({
  host: z.string(),
  port: z.number(),
  tls,
  username: z.string(),
  password: plannedSecret.nullable(),
  from: plannedText,
  to: addresses,
  cc: addresses,
  bcc: addresses,
  subject: plannedText,
  text: plannedText,
  html: plannedText,
});

const recipients = (description: string) => oneOrMore(lateText("address: `Name <name@example.org>`"), description);

export const smtp: Announcer<SmtpOptions> = {
  kind: "smtp",
  summary: "A mail.",
  example:
    "announce:\n  - { smtp: mail.example.org, username: bot, password: env:SMTP_PASSWORD, from: bot@example.org, to: [users@example.org] }\n",
  primary: "host",
  repeatable: false,
  schema: z.strictObject({
    host: z
      .string()
      .regex(/^[A-Za-z0-9.:_-]+$/, "expected the name of a host")
      .describe("server that takes the mail"),
    port: z.int().min(1).max(65_535).describe("left out: 587; with `tls: always`, 465").optional(),
    tls: tls
      .default("starttls")
      .describe("`starttls`, `always` (TLS from the first byte), or `never`, without a password or on this machine"),
    username: z.string().describe("who sends").optional(),
    password: secretOption("of who sends").optional(),
    from: lateText("address of who says it"),
    to: recipients("Who reads it."),
    cc: recipients("Who reads it too.").default([]),
    bcc: recipients("Who reads it too, unseen by the others.").default([]),
    subject: lateText("left out: `TITLE is out`").optional(),
    text: lateText("what is said; left out: the address, and the release notes").optional(),
    html: lateText("the same with HTML").optional(),
  }),
  decide({ options, place }, scope) {
    const { host, port, tls: secured, username = "", password = null, ...words } = options;
    if ((username === "") !== (password === null))
      throw new Problem("plan.invalid", "a mail needs both username and password, or neither", { place });
    const list = (several: readonly Template[]) => several.map((one) => planned(one, scope));
    return {
      host,
      port: port ?? (secured === "always" ? 465 : 587),
      tls: secured,
      username,
      password,
      from: planned(words.from, scope),
      to: list(words.to),
      cc: list(words.cc),
      bcc: list(words.bcc),
      subject: planned(words.subject, scope),
      text: planned(words.text, scope),
      html: planned(words.html, scope),
    };
  },
  preview(options, context) {
    const said = decided.parse(options);
    const to = said.to.map((one) => optionalWords(one, context)).join(", ");
    return `To: ${to}\nSubject: ${subjectOf(said, context)}\n\n${said.text === null ? "" : wordsOf(said.text, context)}`.trim();
  },
  async announce(options, context) {
    const said = decided.parse(options);
    const password = said.password === null ? undefined : await readToken(said.password, context);
    const server = { host: said.host, port: said.port, tls: said.tls };
    const login = password === undefined ? undefined : { user: said.username, pass: password };
    try {
      await deliver(await mailOf(said, context), { ...server, login, signal: context.signal });
      return { outcome: "done" };
    } catch (thrown) {
      context.signal?.throwIfAborted();
      if (!(thrown instanceof NotDelivered)) throw thrown;
      throw hidden(problemOf(thrown, said), password === undefined ? [] : [password]);
    }
  },
};

type Said = z.output<typeof decided>;

function subjectOf({ subject }: Said, context: AnnounceContext): string {
  const words = subject === null ? `${context.about.title} is out` : wordsOf(subject, context);
  return words.replaceAll(/[\p{Cc}\s]+/gu, " ");
}

async function mailOf(said: Said, context: AnnounceContext): Promise<Mail> {
  const { about, url } = context;
  const list = (several: Said["to"]): string[] =>
    several.map((one) => optionalWords(one, context)).filter((address) => address !== "");
  const html = optionalWords(said.html, context);
  const usual = [about.title, url, await about.notes()].filter((part) => part.trim() !== "").join("\n\n");
  return {
    from: optionalWords(said.from, context),
    to: list(said.to),
    cc: list(said.cc),
    bcc: list(said.bcc),
    subject: subjectOf(said, context),
    text: said.text === null ? usual : wordsOf(said.text, context),
    html,
    // The same each time, so that programs that read mail show one that came twice once.
    messageId: `<${context.once.slice(0, 32)}@${about.project.replaceAll(/[^A-Za-z0-9.-]/g, "-")}.slipway>`,
  };
}

/** What to do about it. */
function problemOf({ message, reason, isDoubtful }: NotDelivered, { host, port, password }: Said): Problem {
  const words = `${host}:${port} did not take the mail: ${message.replaceAll(/[\p{Cc}\s]+/gu, " ")}`;
  const [code, hint] = meanings(password)[reason];
  const problem = new Problem(code, words, { hint });
  return isDoubtful ? maybeSaid(problem, "the mailbox") : problem;
}

function meanings(password: Said["password"]): Record<NotDelivered["reason"], readonly [ProblemCode, hint: string]> {
  const login =
    password === null
      ? "The server wants a username and a password."
      : `Look at username and ${secretWords(password)}.`;
  return {
    login: ["store.denied", login],
    tls: ["store.failed", "Write `tls: always` for port 465, `tls: never` for a server without TLS."],
    refused: ["store.failed", "Look at the addresses, and at who may send from them."],
    passing: ["store.unreachable", "Run `slipway announce` again later: what was said already is not said again."],
  };
}
