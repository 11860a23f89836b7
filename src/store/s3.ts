/** The s3 store: objects in a bucket of any server that speaks Amazon's protocol, uploaded unseen and named last. */
import { z } from "zod";

import type { JsonObject } from "../model/json.ts";
import { Problem } from "../model/problem.ts";
import { scalarTemplate, secretName, template, words } from "../model/schema.ts";
import { renderText, type Template } from "../model/template.ts";
import type { OpenableStore } from "./kind.ts";
import { leavingLater } from "./later.ts";
import { awsAudience, awsIdentity } from "./s3/aws-identity.ts";
import { type S3Options, decidedSchema } from "./s3/options.ts";
import { defaultPath, prefixOf, wayBack } from "./s3/paths.ts";
import { plannedVariables, secretVariables } from "./variables.ts";

export const s3: OpenableStore<S3Options> = {
  kind: "s3",
  summary:
    "A bucket of Amazon S3, or of any server that speaks its protocol: MinIO, R2, B2, Ceph, Google Cloud Storage.",
  example: `stores:
  downloads:
    s3: acme-downloads
    region: eu-central-1
    path: "{{ project.name }}/{{ tag }}"
    latest: "{{ project.name }}/latest"
    cacheControl: public, max-age=31536000, immutable
    url: https://dl.example.com
  lan: { s3: releases, endpoint: "https://minio.lan:9000", accessKey: env:MINIO_USER, secretKey: env:MINIO_PASSWORD }
`,
  primary: "s3",
  job({ accessKey, profile, role }) {
    if (role !== undefined) return { identity: { variable: awsIdentity, audience: awsAudience } };
    const isOwn = accessKey === undefined && profile === undefined;
    return isOwn ? { secrets: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] } : {};
  },
  schema: z
    .strictObject({
      s3: template("name of the bucket"),
      endpoint: template("address of the server, without the bucket; left out: Amazon's for the region").optional(),
      region: template("left out: AWS_REGION, AWS_DEFAULT_REGION, else `us-east-1`").optional(),
      path: template(
        "where the files go in the bucket; left out: `{{ project.name }}/{{ version }}`; empty: its root",
      ).optional(),
      pathStyle: z
        .boolean()
        .optional()
        .describe(
          "whether the bucket stands in the path of addresses instead of before the host; left out: with an `endpoint` it does",
        ),
      accessKey: secretName("where the id of the key is; left out: as AWS's own programs find it").optional(),
      secretKey: secretName("where the key is").optional(),
      sessionToken: secretName("where the token of a key for a session is").optional(),
      profile: scalarTemplate("profile of the shared credentials file").optional(),
      role: template(
        "role of AWS that the CI job's own identity takes on, instead of a key: `arn:aws:iam::123456789012:role/releases`",
      ).optional(),
      existing: z
        .enum(["refuse", "replace"])
        .default("refuse")
        .describe("what to do where a name stands for other bytes: `refuse` (the default) or `replace`"),
      url: template(
        "where everybody reads the bucket's root, such as a CDN's address; left out: at the server, with the key",
      ).optional(),
      latest: template(
        "a second place in the bucket, whose files are always those of the newest release, copied there last",
      ).optional(),
      after: words("program that runs once all names have moved, such as one that empties a CDN's cache").optional(),
      secrets: secretVariables("that `after` gets").optional(),
      cacheControl: template("`Cache-Control` of the files").optional(),
      contentDisposition: template("`Content-Disposition` of the files").optional(),
      acl: template("canned access list of the files: `public-read`; left out: the bucket's rules alone").optional(),
      storageClass: template("storage class of the files: `STANDARD_IA`").optional(),
      kms: template("key of AWS KMS that the files are encrypted with, or `default` for the account's own").optional(),
      checksum: z
        .enum(["sha256", "none"])
        .default("sha256")
        .describe(
          "`sha256` (the default): the server checks and keeps SHA-256 checksums; `none`: for servers that know none, whose files are downloaded to be compared",
        ),
      partSize: z
        .int()
        .min(5)
        .max(5120)
        .default(32)
        .describe("mebibytes of each part of an upload; files of up to two parts are sent in one"),
      ca: template("PEM file with certificates that are trusted besides; relative to the project").optional(),
      insecure: z.boolean().optional().describe("whether plain HTTP may be spoken to other machines than this one"),
    })
    .superRefine(({ accessKey, secretKey, sessionToken, profile, role }, context) => {
      if (role !== undefined && (accessKey !== undefined || profile !== undefined))
        context.addIssue({
          code: "custom",
          message: "expected `role`, or a key of its own",
          path: ["role"],
          input: role,
        });
      const isOdd = (accessKey === undefined) !== (secretKey === undefined);
      if (!isOdd && (sessionToken === undefined || accessKey !== undefined)) return;
      const message = "expected `accessKey` and `secretKey` together, or neither, and `sessionToken` only with them";
      const path = [accessKey !== undefined ? "accessKey" : secretKey !== undefined ? "secretKey" : "sessionToken"];
      context.addIssue({ code: "custom", message, path, input: secretKey });
    }),
  decide({ options, env, place }, scope): JsonObject {
    const rendered = (one: Template | undefined): string => one?.render(scope).trim() ?? "";
    const refuse = (what: string, one: Template | undefined, expected: string): never => {
      throw new Problem("plan.invalid", `"${rendered(one)}" cannot be ${what}`, {
        place: one?.place ?? place,
        expected,
      });
    };
    const bucket = rendered(options.s3);
    const role = rendered(options.role);
    if (options.role !== undefined && !/^arn:[^\s:]+:iam::\d*:role\/\S+$/.test(role))
      refuse("a role", options.role, "its ARN, such as arn:aws:iam::123456789012:role/releases");
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/.test(bucket))
      refuse("a bucket", options.s3, "the bucket's name alone, such as acme-downloads");
    for (const [what, one] of [
      ["an endpoint", options.endpoint],
      ["the address of a bucket", options.url],
    ] as const)
      if (one !== undefined && !isAddress(rendered(one))) refuse(what, one, "an address that begins with https://");
    const path = options.path === undefined ? defaultPath(scope) : prefixOf(options.path, scope);
    if (path === undefined) return refuse("a path in a bucket", options.path, "names with slashes between");
    const latest = options.latest === undefined ? "" : prefixOf(options.latest, scope);
    if (latest === undefined || (options.latest !== undefined && (latest === "" || latest === path)))
      return refuse("where the newest release lies", options.latest, "another path than that of the release itself");
    const { accessKey, secretKey, sessionToken, after, secrets = {} } = options;
    return {
      bucket,
      endpoint: rendered(options.endpoint),
      region: rendered(options.region),
      path,
      ...wayBack(options.path, scope),
      ...(options.pathStyle === undefined ? {} : { pathStyle: options.pathStyle }),
      ...(accessKey === undefined ? {} : { accessKey }),
      ...(secretKey === undefined ? {} : { secretKey }),
      ...(sessionToken === undefined ? {} : { sessionToken }),
      profile: rendered(options.profile),
      ...(role === "" ? {} : { role }),
      existing: options.existing,
      url: rendered(options.url).replace(/\/+$/, ""),
      latest,
      latestByChannel: options.latest?.roots.includes("channel") === true,
      ...(after === undefined
        ? {}
        : {
            after: isList(after) ? after.map((one) => renderText(one, scope)) : renderText(after, scope),
            env: plannedVariables(env, scope),
            secrets,
          }),
      headers: headersOf(options, rendered),
      checksum: options.checksum,
      partSize: options.partSize,
      ca: rendered(options.ca),
      insecure: options.insecure === true,
    };
  },
  async open(options, context) {
    const [{ openSettings }, { s3Store }] = await Promise.all([import("./s3/open.ts"), import("./s3/store.ts")]);
    const settings = await openSettings(decidedSchema.parse(options), context);
    const store = s3Store(settings);
    if (settings.existing === "refuse") return store;
    const { withdrawal } = await import("./s3/record.ts");
    return leavingLater(store, {
      about: context.about,
      isWithdrawn: async (release) => (await withdrawal(settings, release)) !== undefined,
    });
  },
  async reach(options, context) {
    const [{ openSettings }, { reach }] = await Promise.all([import("./s3/open.ts"), import("./s3/probe.ts")]);
    const settings = await openSettings(decidedSchema.parse(options), context);
    await reach(settings).finally(settings.close);
  },
  async probe(options, context, expected) {
    const [{ openSettings }, { probeBucket }] = await Promise.all([import("./s3/open.ts"), import("./s3/probe.ts")]);
    const settings = await openSettings(decidedSchema.parse(options), context);
    return probeBucket(settings, expected, Date.now).finally(settings.close);
  },
};

function isList<T>(one: T | readonly T[]): one is readonly T[] {
  return Array.isArray(one);
}

function isAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.search === "" && url.hash === "";
}

function headersOf(options: S3Options, rendered: (one: Template | undefined) => string): JsonObject {
  const kms = rendered(options.kms);
  const all = {
    "cache-control": rendered(options.cacheControl),
    "content-disposition": rendered(options.contentDisposition),
    "x-amz-acl": rendered(options.acl),
    "x-amz-storage-class": rendered(options.storageClass),
    "x-amz-server-side-encryption": kms === "" ? "" : "aws:kms",
    "x-amz-server-side-encryption-aws-kms-key-id": kms === "default" ? "" : kms,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}
