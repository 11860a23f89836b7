/** The pypi store: wheels and source distributions in an index of Python packages. */
import { z } from "zod";

import type { ExpectedArtifact } from "../model/artifact.ts";
import type { JsonObject } from "../model/json.ts";
import { scalarTemplate, type SecretName, secretName, template } from "../model/schema.ts";
import type { Store } from "../model/store.ts";
import type { Template } from "../model/template.ts";
import { httpClient, type HttpOptions } from "./http.ts";
import { jsonApi } from "./json-api.ts";
import type { OpenableStore, StoreContext } from "./kind.ts";
import { packageStore } from "./package-store.ts";
import { mayIdentify, noIdentity } from "./packages/identity-token.ts";
import { addressOf, writtenAddress } from "./packages/options.ts";
import { basicOf, pypiIdentity, trustedLogin } from "./pypi/login.ts";
import { guessOfFileName } from "./pypi/metadata.ts";
import { probePypi } from "./pypi/probe.ts";
import { type PypiApi, pypiRegistry } from "./pypi/registry.ts";
import { indexOf } from "./pypi/simple.ts";
import { readToken, secretWords } from "./token.ts";

interface PypiOptions {
  readonly pypi: Template | true;
  readonly index?: Template | undefined;
  readonly token?: SecretName | undefined;
  readonly username?: Template | undefined;
  readonly password?: SecretName | undefined;
  readonly trusted?: boolean | undefined;
  readonly insecure?: boolean | undefined;
}

const secret = z.object({ from: z.enum(["env", "file", "keychain", "run"]), name: z.string() });

/** As the Plan has them. */
const decidedSchema = z.object({
  pypi: z.string(),
  index: z.string().optional(),
  username: z.string(),
  password: secret.optional(),
  trusted: z.boolean(),
  insecure: z.boolean(),
});

export type DecidedPypi = z.infer<typeof decidedSchema>;

const home = "https://upload.pypi.org/legacy/";

export const pypi: OpenableStore<PypiOptions> = {
  kind: "pypi",
  summary:
    "An index of Python packages: PyPI, or any that takes its uploads. What is published there cannot be taken back.",
  example: "stores:\n  pypi: { pypi: true, token: env:PYPI_TOKEN }\n",
  primary: "pypi",
  job: ({ token, password, trusted }) =>
    trusted === true
      ? { identity: { variable: pypiIdentity, audience: "pypi" } }
      : { secrets: token === undefined && password === undefined ? ["PYPI_TOKEN"] : [] },
  turnOf: () => "final",
  takes: isDistribution,
  schema: z
    .strictObject({
      pypi: z.union([z.literal(true), template("address that takes uploads; `true`: https://upload.pypi.org/legacy/")]),
      index: template(
        "address of the index that lists the files; left out: PyPI's own, and of others `simple/` below the address",
      ).optional(),
      token: secretName("where the token is; left out: env:PYPI_TOKEN").optional(),
      username: scalarTemplate("who uploads, where there are no tokens").optional(),
      password: secretName("where that user's password is").optional(),
      trusted: z
        .boolean()
        .optional()
        .describe("whether the CI job's own identity is the token (PyPI's trusted publishers)"),
      insecure: z.boolean().optional().describe("whether plain HTTP may be spoken to other machines than this one"),
    })
    .refine(
      ({ username, password }) => (username === undefined) === (password === undefined),
      "expected `username` and `password` together, or neither",
    )
    .refine(
      ({ token, password, trusted }) =>
        [token !== undefined, password !== undefined, trusted === true].filter(Boolean).length <= 1,
      "expected one of `token`, `username` with `password`, and `trusted`",
    ),
  decide({ options, place }, scope): JsonObject {
    const { username, password, index } = options;
    const at = options.pypi === true ? undefined : options.pypi;
    const own =
      username === undefined || password === undefined ? undefined : { username: username.render(scope), password };
    const login = own ?? { username: "__token__", password: options.token ?? { from: "env", name: "PYPI_TOKEN" } };
    return {
      pypi: writtenAddress(at === undefined ? home : at.render(scope), at?.place ?? place),
      ...(index === undefined ? {} : { index: addressOf(index.render(scope), index.place ?? place) }),
      ...(options.trusted === true ? { username: "__token__" } : login),
      trusted: options.trusted === true,
      insecure: options.insecure === true,
    };
  },
  open: (options, context) => openPypi(decidedSchema.parse(options), context),
  async reach(options, context) {
    const decided = decidedSchema.parse(options);
    const { http } = await apiOf(decided, context); // no request shows an index's token without uploading
    http.close();
    if (decided.trusted && !mayIdentify({ variable: pypiIdentity, env: context.env }))
      throw noIdentity(pypiIdentity, "pypi");
  },
  async probe(options, context, expected) {
    const decided = decidedSchema.parse(options);
    const api = await apiOf(decided, context);
    return probePypi(api, {
      expected: expected.filter(isDistribution),
      trusted: decided.trusted,
      env: context.env,
    }).finally(() => api.http.close());
  },
};

/** A wheel, or an sdist: of the python builder, or called like one. */
function isDistribution({ name, type, attributes }: Pick<ExpectedArtifact, "name" | "type" | "attributes">): boolean {
  if (type !== "package" && type !== "file") return false;
  if (name.endsWith(".whl")) return true;
  const isOther = attributes["format"] !== undefined && attributes["format"] !== "sdist";
  return !isOther && guessOfFileName(name) !== undefined;
}

/** `retry` is for tests, which do not wait. */
export async function openPypi(
  decided: DecidedPypi,
  context: StoreContext,
  retry?: HttpOptions["retry"],
): Promise<Store> {
  const api = await apiOf(decided, context, retry);
  return packageStore({ registry: pypiRegistry(api), http: api.http, context });
}

async function apiOf(decided: DecidedPypi, context: StoreContext, retry?: HttpOptions["retry"]): Promise<PypiApi> {
  const { env, signal } = context;
  const { username, password, insecure } = decided;
  const upload = new URL(decided.pypi);
  const index = indexOf(upload, decided.index);
  const looked = password === undefined ? "the CI job's identity" : secretWords(password);
  const basic = password === undefined ? undefined : basicOf(username, await readToken(password, context));
  const http = httpClient({ env, signal, insecure, retry });
  // PyPI shows everything to everybody, and its tokens are for uploads.
  const authorization = index.origin === upload.origin ? basic : undefined;
  let login: Promise<string> | undefined;
  return {
    upload,
    index,
    http,
    authorization,
    reading: jsonApi({ http, base: index, authorization, looked }),
    async writing() {
      login ??= basic === undefined ? trustedLogin({ index, http, env, looked }) : Promise.resolve(basic);
      return jsonApi({ http, base: upload, authorization: await login, looked });
    },
  };
}
