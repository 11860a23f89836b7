/** A file in a form, as browsers send them: multipart/form-data (RFC 7578), streamed. */
import { createHash } from "node:crypto";

import type { HttpBody } from "../http.ts";

export interface Form {
  /** Field that the file is. */
  readonly field: string;
  /** Those before it. */
  readonly fields: Readonly<Record<string, string>>;
  readonly name: string;
  /** Media type of the file. */
  readonly type: string;
  readonly body: HttpBody;
}

/** The boundary follows from the form, so that it is the same each time it is sent. */
export function formBody({ field, fields, name, type, body }: Form): {
  readonly body: HttpBody;
  readonly type: string;
} {
  const seed = createHash("sha256")
    .update(JSON.stringify([field, fields, name, body.size]))
    .digest("hex");
  const boundary = `slipway-${seed.slice(0, 40)}`;
  const part = (disposition: string, rest: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n${rest}`;
  const texts = Object.entries(fields).map(([key, value]) => part(`name="${quoted(key)}"`, `\r\n${value}\r\n`));
  const file = part(`name="${quoted(field)}"; filename="${quoted(name)}"`, `Content-Type: ${type}\r\n\r\n`);
  const before = Buffer.from(`${texts.join("")}${file}`);
  const after = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: {
      size: before.length + body.size + after.length,
      async *open() {
        yield before;
        yield* body.open();
        yield after;
      },
    },
  };
}

/** As browsers escape names (HTML, "multipart/form-data encoding algorithm"). */
function quoted(text: string): string {
  return text.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
