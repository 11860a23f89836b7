/** The registry store: images by digest in the repositories that their names say, and then their tags. */
import { resolve } from "node:path";
import { z } from "zod";

import type { ExpectedArtifact } from "../model/artifact.ts";
import type { JsonObject } from "../model/json.ts";
import { Problem } from "../model/problem.ts";
import { parseReference } from "../model/reference.ts";
import { scalarTemplate, type SecretName, secretName, template } from "../model/schema.ts";
import type { Store } from "../model/store.ts";
import type { Template } from "../model/template.ts";
import { httpClient } from "./http.ts";
import { probeNames } from "./image/probe.ts";
import { imageStore } from "./image-store.ts";
import type { OpenableStore, Probed, StoreContext } from "./kind.ts";
import { probing } from "./probing.ts";
import { type FoundCredentials, findCredentials } from "./registry/credentials.ts";
import { isRegistryName } from "./registry/host.ts";
import { passwordOf } from "./registry/login.ts";
import { placesIn, registryWritten } from "./registry/place.ts";
import { openSession, type Session } from "./registry/session.ts";

interface RegistryOptions {
  readonly registry: Template;
  readonly username?: Template | undefined;
  readonly password?: SecretName | undefined;
  readonly ca?: Template | undefined;
  readonly insecure?: boolean | undefined;
  readonly existing?: "refuse" | "replace" | undefined;
}

const existing = z.enum(["refuse", "replace"]).optional();
const secret = z.object({ from: z.enum(["env", "file", "keychain", "run"]), name: z.string() });

/** As the Plan has them. */
const decidedSchema = z.object({
  registry: z.string(),
  path: z.string(),
  username: z.string().optional(),
  password: secret.optional(),
  ca: z.string().optional(),
  insecure: z.boolean(),
  /** Whether images of other registries go below it: a mirror's. */
  adopt: z.boolean().optional(),
  existing,
});

type Decided = z.infer<typeof decidedSchema>;

export const registry: OpenableStore<RegistryOptions> = {
  kind: "registry",
  summary: "A registry of container images and charts, by the OCI distribution protocol.",
  example:
    "stores:\n  ghcr: { registry: ghcr.io/acme, username: acme-bot, password: env:GHCR_TOKEN }\n  local: { registry: registry.lan:5000, ca: certs/lan.pem }\n",
  primary: "registry",
  takes: ["image"],
  job: ({ registry: host, username }) =>
    /^ghcr\.io(\/|$)/.test(host.source)
      ? { writes: ["packages"], ...(username === undefined ? { login: "ghcr.io" } : {}) }
      : {},
  schema: z
    .strictObject({
      registry: template(
        "host of the registry, with a port or not; a path behind it takes only images below that: `ghcr.io/acme`",
      ),
      username: scalarTemplate("who pushes; left out: whoever is logged in with docker or podman").optional(),
      password: secretName("where the password or token is").optional(),
      ca: template("PEM file with certificates that are trusted besides; relative to the project").optional(),
      insecure: z.boolean().optional().describe("whether plain HTTP may be spoken to other machines than this one"),
      existing: existing.describe(
        "what to do where a tag stands for another image: `refuse` or `replace`; left out: tags that hold a whole version (`1.2.3`) are refused, others move",
      ),
    })
    .superRefine(({ username, password }, context) => {
      if ((username === undefined) === (password === undefined)) return;
      const message = "expected `username` and `password` together, or neither";
      context.addIssue({
        code: "custom",
        message,
        path: [username === undefined ? "password" : "username"],
        input: password,
      });
    }),
  decide({ options, place }, scope): JsonObject {
    const written = options.registry.render(scope).trim().replace(/\/+$/, "");
    const slash = written.indexOf("/");
    const name = slash < 0 ? written : written.slice(0, slash);
    const path = slash < 0 ? "" : written.slice(slash + 1);
    if (!isRegistryName(name) || !isPath(path))
      throw new Problem("plan.invalid", `"${written}" cannot be a registry`, {
        place: options.registry.place ?? place,
        expected: "a host with a path or not, such as ghcr.io or ghcr.io/acme; no scheme before it",
      });
    const { username, password, ca } = options;
    return {
      registry: name,
      path,
      ...(username === undefined || password === undefined ? {} : { username: username.render(scope), password }),
      ...(ca === undefined ? {} : { ca: ca.render(scope) }),
      insecure: options.insecure === true,
      ...(options.existing === undefined ? {} : { existing: options.existing }),
    };
  },
  open: async (options, context) => openRegistryStore(decidedSchema.parse(options), context),
  async reach(options, context) {
    const { session, close } = await sessionWith(decidedSchema.parse(options), context);
    await session.login().finally(close);
  },
  probe: (options, context, expected) => probeRegistry(decidedSchema.parse(options), context, expected),
  written(text, { insecure }) {
    const place = registryWritten(text);
    if (place === undefined) return undefined;
    if (!isRegistryName(place.registry) || !isPath(place.path))
      throw new Problem("usage", `"${text}" is no registry with a path or without one`, {
        expected: "a place for all images, without a tag: registry.lan:5000, ghcr.io/acme",
      });
    return { ...place, insecure };
  },
  mirroring: (options) => ({ ...options, adopt: true }),
};

function isPath(path: string): boolean {
  try {
    return path === "" || parseReference(`example.com/${path}`).tag === undefined;
  } catch {
    return false;
  }
}

interface Reached {
  readonly session: Session;
  readonly close: () => void;
}

/** Nothing is asked of it yet, and it is asked for a login by all repositories together. */
async function sessionWith(decided: Decided, context: StoreContext): Promise<Reached> {
  const { registry: host, path, insecure } = decided;
  const ca = decided.ca === undefined ? undefined : resolve(context.root, decided.ca);
  const http = httpClient({ env: context.env, signal: context.signal, insecure, ca });
  const own = await ownCredentials(decided, context);
  const find = async (): Promise<FoundCredentials> => own ?? findCredentials(host, path, context.env);
  return { session: openSession({ registry: host, http, find }), close: () => http.close() };
}

async function openRegistryStore(decided: Decided, context: StoreContext): Promise<Store> {
  const { path } = decided;
  const { session, close } = await sessionWith(decided, context);
  const { place, adopt } = placesIn(session, decided);
  return imageStore({
    where: `registry ${decided.registry}${path === "" ? "" : `/${path}`}`,
    names: "tags",
    existing: decided.existing,
    place,
    ...(decided.adopt === true ? { adopt } : {}),
    context,
    close,
  });
}

/** Whether it lets us in, and what stands under the tags; what may be pushed it says only when something is. */
async function probeRegistry(
  decided: Decided,
  context: StoreContext,
  expected: readonly ExpectedArtifact[],
): Promise<readonly Probed[]> {
  const reached: Reached[] = [];
  const token = await probing("token", async () => {
    const found = await sessionWith(decided, context);
    reached.push(found);
    const shown = (await found.session.login()) ? "and the login it was shown is good" : "and was shown no login";
    return { outcome: "ok", detail: `${decided.registry} answers, ${shown}` };
  });
  const [found] = reached;
  if (found === undefined || token.outcome !== "ok") {
    found?.close();
    return [token];
  }
  const { place } = placesIn(found.session, decided);
  return probeNames(expected, { place, existing: decided.existing })
    .then((names) => [token, ...names])
    .finally(found.close);
}

/** Those the config names; undefined where it names none. Fails with `key.missing`. */
async function ownCredentials(decided: Decided, context: StoreContext): Promise<FoundCredentials | undefined> {
  const { username, password } = decided;
  if (username === undefined || password === undefined) return undefined;
  const bytes = await context.secret(password);
  const text = Buffer.from(bytes)
    .toString("utf8")
    .replace(/\r?\n$/, "");
  const looked = [`${password.from}:${password.name}, for the user ${username}`];
  return { credentials: passwordOf(username, text), looked };
}
