/** Requests of a place of uploads: who is let in is told to its own host only, also where that sends readers elsewhere. */
import { type Artifact, hexOf } from "../../model/artifact.ts";
import { Problem } from "../../model/problem.ts";
import { contentTypeOf } from "../forge/content-type.ts";
import type { HttpAnswer, HttpBody, HttpClient, HttpRequest, WholeAnswer } from "../http.ts";
import { firstBytes } from "../http/first-bytes.ts";
import { saying } from "../json-refusal.ts";
import { formBody } from "./form.ts";

export interface SessionOptions {
  readonly http: HttpClient;
  /** The host that is spoken to. */
  readonly origin: string;
  readonly method: "PUT" | "POST";
  readonly authorization: string | undefined;
  /** With secrets in them, maybe; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksumHeaders: boolean;
  readonly form: string;
  readonly fields: (artifact: Artifact) => Readonly<Record<string, string>>;
  /** Where the credentials were looked for, for hints. */
  readonly looked: string;
}

export interface Session {
  send(url: URL, artifact: Artifact, body: HttpBody): Promise<WholeAnswer>;
  /** Its bytes, which are read or discarded; undefined where nothing stands there. */
  read(url: URL): Promise<Pick<HttpAnswer, "headers" | "body" | "discard"> | undefined>;
  remove(url: URL): Promise<WholeAnswer>;
  refusal(what: string, answer: Pick<WholeAnswer, "status" | "headers" | "bytes">): Problem;
}

export function openSession(options: SessionOptions): Session {
  const { http, origin, authorization, headers, looked } = options;
  const own = ({ url }: { url: URL }): Pick<HttpRequest, "authorization" | "headers"> =>
    url.origin === origin ? { authorization, headers } : {};
  const refusal: Session["refusal"] = (what, answer) => refusalOf(what, answer, looked);

  /** Redirects are followed by hand, so that no header of ours goes along. */
  const open = async (url: URL): Promise<HttpAnswer> => {
    const answer = await http.open({ method: "GET", url, ...own({ url }), repeatable: true, stays: true });
    const next = isRedirect(answer.status) ? URL.parse(answer.headers.location ?? "", url.href) : null;
    if (next === null) return answer;
    await answer.discard();
    if (url.protocol === "https:" && next.protocol !== "https:")
      throw new Problem("store.failed", `${url.host} redirects from HTTPS to plain HTTP at ${next.host}`);
    return http.open({
      method: "GET",
      url: next,
      ...own({ url: next }),
      repeatable: true,
      stays: next.origin === origin,
    });
  };
  return {
    refusal,
    send(url, artifact, body) {
      const { method, form, fields, checksumHeaders } = options;
      const { name, digest } = artifact;
      const type = contentTypeOf(name);
      const sent = form === "" ? { body, type } : formBody({ field: form, fields: fields(artifact), name, type, body });
      return http.fetch({
        method,
        url,
        authorization,
        headers: {
          "content-type": sent.type,
          ...(checksumHeaders ? { "x-checksum-sha256": hexOf(digest) } : {}),
          ...headers,
        },
        body: sent.body,
        repeatable: method === "PUT",
        stays: true,
      });
    },
    async read(url) {
      const answer = await open(url);
      if (answer.status === 200) return answer;
      const bytes = await firstBytes(answer.body);
      if (answer.status === 404) return undefined;
      throw refusal(`read ${url.host}${url.pathname}`, { ...answer, bytes });
    },
    remove: (url) => http.fetch({ method: "DELETE", url, ...own({ url }), repeatable: true, stays: true }),
  };
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function refusalOf(what: string, answer: Pick<WholeAnswer, "status" | "bytes">, looked: string): Problem {
  const words = `${what}: ${saying(answer)}`;
  const { status } = answer;
  if (status === 401 || status === 403)
    return new Problem("store.denied", words, {
      hint:
        looked === ""
          ? "Nobody is logged in: give the store a token, or a username and password."
          : `Look at ${looked}: it is wrong, has expired, or may not do that.`,
    });
  if (isRedirect(status))
    return new Problem("store.failed", words, {
      hint: "It leads elsewhere: nothing is sent to where a server points.",
    });
  if (status === 429 || (status >= 500 && status !== 501))
    return new Problem("store.unreachable", words, {
      hint: "Run the same command again: what is there already is not sent again.",
    });
  return new Problem("store.failed", words);
}
