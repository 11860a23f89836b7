/** Opens a place of uploads: its addresses, who is let in, and how it is spoken to. Nothing is asked of it yet. */
import { resolve } from "node:path";

import type { Store } from "../../model/store.ts";
import { httpClient } from "../http.ts";
import type { StoreContext } from "../kind.ts";
import { leavingLater } from "../later.ts";
import { readToken, secretWords } from "../token.ts";
import { leavingAt } from "./later.ts";
import type { DecidedHttp } from "./options.ts";
import { openSession } from "./session.ts";
import { httpStore } from "./store.ts";
import { targetsOf } from "./targets.ts";
import { turnOf } from "./turn.ts";

/** Fails with `key.missing` and `key.invalid`. */
export async function openHttpStore(decided: DecidedHttp, context: StoreContext): Promise<Store> {
  const { about, env, signal, root, render } = context;
  const { insecure, ca, existing, registry } = decided;
  const filling = { render, project: about.project, version: about.version };
  const targetOf = targetsOf(decided, filling);
  const { origin, host, pathname } = new URL(render(decided.address, { artifact: { name: "", ext: "" } }));
  const login = await loginOf(decided, context);
  const headers = Object.entries(decided.headers).map(
    ([name, text]) => [name.toLowerCase(), render(text, {})] as const,
  );
  const http = httpClient({ env, signal, insecure, ca: ca === "" ? undefined : resolve(root, ca) });
  const session = openSession({
    http,
    origin,
    method: decided.method,
    authorization: login.authorization,
    headers: { ...Object.fromEntries<string>(headers), ...login.headers },
    checksumHeaders: decided.checksumHeaders,
    form: decided.form,
    fields: ({ name }) =>
      Object.fromEntries(
        Object.entries(decided.fields).map(([field, text]) => [field, render(text, { artifact: { name, ext: "" } })]),
      ),
    looked: login.looked,
  });
  const store = httpStore({
    where: `http ${host}${pathname}`.replace(/\/$/, "") + (registry === undefined ? "" : ` (${registry})`),
    turn: turnOf(decided),
    session,
    targetOf,
    existing,
    clears: registry !== undefined,
    artifacts: context.artifacts ?? [],
    pause: (attempt) => http.pause(attempt),
    attempts: http.attempts,
    close: () => http.close(),
  });
  return existing === "replace" ? leavingLater(store, leavingAt(about)) : store;
}

interface Login {
  readonly authorization: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly looked: string;
}

async function loginOf({ username, password, token, tokenHeader }: DecidedHttp, context: StoreContext): Promise<Login> {
  if (token !== undefined) {
    const text = await readToken(token, context);
    const looked = secretWords(token);
    if (tokenHeader === "") return { authorization: `Bearer ${text}`, headers: {}, looked };
    return { authorization: undefined, headers: { [tokenHeader]: text }, looked };
  }
  if (password === undefined) return { authorization: undefined, headers: {}, looked: "" };
  const text = Buffer.from(await context.secret(password))
    .toString("utf8")
    .replace(/\r?\n$/, "");
  const basic = Buffer.from(`${username}:${text}`).toString("base64");
  return { authorization: `Basic ${basic}`, headers: {}, looked: secretWords(password) };
}
