/** Announcements as a notice in a room of Matrix. */
import { type SecretName, template, z } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { readToken, secretWords } from "../../store/token.ts";
import { fit } from "./fit.ts";
import type { AnnounceContext, Announcer } from "./kind.ts";
import { send } from "./send.ts";
import { serverUrl } from "./server.ts";
import {
  lateText,
  optionalWords,
  planned,
  plannedSecret,
  plannedText,
  secretOption,
  textOption,
  wordsOf,
} from "./texts.ts";

interface MatrixOptions {
  readonly server: Template;
  readonly room: string;
  readonly token: SecretName;
  readonly text?: Template | undefined;
  readonly html?: Template | undefined;
}

const decided = z.object({
  server: z.string(),
  room: z.string(),
  token: plannedSecret,
  text: plannedText,
  html: plannedText,
});

/** Bytes of a text: an event may have 65,536 with all that is around it, and a server signs it. */
const most = 24_000;

export const matrix: Announcer<MatrixOptions> = {
  kind: "matrix",
  summary: "A notice in a room of Matrix.",
  example: 'announce:\n  - { matrix: https://matrix.org, room: "!abc:matrix.org", token: env:MATRIX_TOKEN }\n',
  primary: "server",
  repeatable: true,
  schema: z.strictObject({
    server: template("address of the home server's API"),
    room: z
      .string()
      .regex(/^![^\s/]+$/, "expected the internal id of a room: !abc:matrix.org")
      .describe("internal id of the room: `!abc:matrix.org`"),
    token: secretOption("access token of who says it, and who is in the room"),
    text: textOption,
    html: lateText("the same with HTML").optional(),
  }),
  decide: ({ options: { server, room, token, text, html } }, scope) => ({
    server: serverUrl(server, scope),
    room,
    token,
    text: planned(text, scope),
    html: planned(html, scope),
  }),
  preview: (options, context) => textOf(decided.parse(options), context),
  async announce(options, context) {
    const said = decided.parse(options);
    const token = await readToken(said.token, context);
    const html = optionalWords(said.html, context);
    const path = `_matrix/client/v3/rooms/${encodeURIComponent(said.room)}/send/m.room.message/${context.once}`;
    await send(context, {
      service: "Matrix",
      // Client-Server API, 11.6.3: the second with the same transaction id is the first.
      method: "PUT",
      url: new URL(path, said.server),
      authorization: `Bearer ${token}`,
      secrets: [token],
      json: {
        msgtype: "m.notice",
        body: textOf(said, context),
        ...(html === "" || Buffer.byteLength(html) > most
          ? {}
          : { format: "org.matrix.custom.html", formatted_body: html }),
      },
      repeatable: true,
      hint: `The token of ${secretWords(said.token)} has to be of somebody who is in the room and may speak there.`,
    });
    return { outcome: "done" };
  },
};

function textOf({ text }: z.output<typeof decided>, context: AnnounceContext): string {
  return fit(wordsOf(text, context), { most, measure: Buffer.byteLength, url: context.url });
}
