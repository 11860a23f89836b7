/** A form with one file in it (RFC 7578), which every version of Gitea and Forgejo takes uploads as. */
import { randomUUID } from "node:crypto";

import type { HttpBody } from "../http.ts";

export interface FormFile {
  readonly field: string;
  readonly name: string;
  readonly type: string;
}

/** The body and its type; it can be read again, and then has the same boundary. */
export function formWith({ field, name, type }: FormFile, body: HttpBody): HttpBody & { readonly type: string } {
  const boundary = `slipway-${randomUUID()}`;
  // Quotes and line ends as the WHATWG's HTML standard writes them in a form's names.
  const quoted = name.replaceAll(/["\r\n]/g, encodeURIComponent);
  const head = Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="${field}"; filename="${quoted}"\r\ncontent-type: ${type}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    size: head.length + body.size + tail.length,
    async *open() {
      yield head;
      yield* body.open();
      yield tail;
    },
  };
}
