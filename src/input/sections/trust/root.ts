/** `trust.root`: TUF metadata over all releases: its folder, and who signs which role. */
import type { TrustConfig } from "../../../model/config/trust.ts";
import { nearest } from "../../../model/nearest.ts";
import { type Place, Problem } from "../../../model/problem.ts";
import { choose, isMap, oneOrMore, unplaced, z } from "../../../model/schema.ts";
import { type TrustRole, type TrustRootEntry, type TufRole, tufRoles } from "../../../model/trust-root.ts";
import { check } from "../../check/check.ts";
import { namesOf } from "../../template/names.ts";
import type { TrustPart } from "./part.ts";

/** A role as it is written; what is left out is known once all roles are. */
interface WrittenRole {
  readonly place: Place;
  readonly keys: readonly string[];
  readonly threshold: number | undefined;
  /** Seconds. */
  readonly expires: number | undefined;
}

export interface WrittenRoot {
  readonly place: Place;
  readonly folder: string;
  readonly roles: Readonly<Partial<Record<TufRole, WrittenRole | undefined>>>;
}

const day = 24 * 3600;
const units: Readonly<Record<string, number>> = { h: 3600, d: day, w: 7 * day };
const time = "expected a time such as 12h, 7d or 52w";

/** Freezing clients at an old release works for as long as the timestamp is believed; a root lives as long as people forget it. */
const usual: Readonly<Record<TufRole, string>> = { root: "365d", targets: "365d", snapshot: "30d", timestamp: "7d" };

const lifetime = z
  .string({ error: time })
  .regex(/^[1-9][0-9]{0,4}[hdw]$/, time)
  .transform((text) => secondsOf(text))
  .refine((seconds) => seconds <= 3660 * day, "expected at most ten years")
  .describe(
    "How long what it signs is believed. By default 365d for root and targets, 30d for snapshot, 7d for timestamp.",
  );

const keys = oneOrMore(
  z.string().min(1),
  "Names of keys in `trust.keys`, of the kind openssl: Ed25519, or ECDSA on P-256.",
);

const roleMap = z
  .strictObject({
    keys,
    threshold: z.int().min(1).max(100).describe("How many of the keys have to sign.").meta({ default: 1 }).optional(),
    expires: lifetime.optional(),
  })
  .transform(({ keys, threshold, expires }): WrittenRole => ({ place: unplaced, keys, threshold, expires }));

function role(description: string): z.ZodType<WrittenRole> {
  return choose(
    description,
    (raw) => ({ schema: isMap(raw) ? roleMap : keys.transform(onlyKeys) }),
    () => z.union([z.string(), z.array(z.string()), roleMap]),
  );
}

function onlyKeys(names: readonly string[]): WrittenRole {
  return { place: unplaced, keys: names, threshold: undefined, expires: undefined };
}

const rootMap = z
  .strictObject({
    folder: z
      .string()
      .regex(/^(?!\/)(?!.*(^|\/)\.\.?(\/|$))[^\\]*[^\\/]$/, "expected a folder of the project, such as trust")
      .describe("Where the metadata is kept, in the project: what clients read is published from there.")
      .meta({ default: "trust" })
      .optional(),
    roles: z
      .strictObject({
        root: role("Who says who signs: keys of people, kept offline."),
        targets: role("Who says what is released. Left out: as root.").optional(),
        snapshot: role("Who says which versions belong together. Left out: as timestamp.").optional(),
        timestamp: role(
          "Who says, again and again, what is newest. Left out: the key `ci`, or who signs targets.",
        ).optional(),
      })
      .describe("Who signs what."),
  })
  .transform(({ folder = "trust", roles }): WrittenRoot => ({ place: unplaced, folder, roles }));

const schema: z.ZodType<WrittenRoot> = choose(
  "Keys, or the folder and the roles.",
  (raw) => ({
    schema: isMap(raw)
      ? rootMap
      : keys.transform((names): WrittenRoot => ({
          place: unplaced,
          folder: "trust",
          roles: { root: onlyKeys(names) },
        })),
  }),
  () => z.union([z.string(), z.array(z.string()), rootMap]),
);

export const root: TrustPart<WrittenRoot | undefined> = {
  summary: "TUF metadata over all releases: who signs it, and where it is kept; see [The trust root](trust-root.md).",
  schema: () => schema,
  read(tree, context) {
    if (tree === undefined) return undefined;
    return check(schema, { tree, path: "trust.root", names: namesOf.key }, context);
  },
};

/** The roles with what was left out. Notes what no metadata could be signed by: unknown keys, other kinds, thresholds nobody reaches. */
export function completeRoot(
  written: WrittenRoot | undefined,
  known: TrustConfig["keys"],
  problems: Problem[],
): TrustRootEntry | undefined {
  if (written === undefined) return undefined;
  const { roles } = written;
  const root = roles.root ?? onlyKeys([]);
  const targets = roles.targets ?? { ...root, expires: undefined };
  const ci = Object.hasOwn(known, "ci") ? { ...onlyKeys(["ci"]), place: root.place } : undefined;
  const timestamp = roles.timestamp ?? ci ?? { ...targets, threshold: undefined, expires: undefined };
  const snapshot = roles.snapshot ?? { ...timestamp, expires: undefined };
  const all = { root, targets, snapshot, timestamp };
  for (const name of tufRoles) {
    if (roles[name] === undefined) continue; // what it stands for is said once
    problems.push(...flawsOf(name, all[name], known));
  }
  const complete = (name: TufRole): TrustRole => {
    const { place, keys, threshold = 1, expires = secondsOf(usual[name]) } = all[name];
    return { place, keys, threshold, expires };
  };
  return {
    place: written.place,
    folder: written.folder,
    roles: {
      root: complete("root"),
      targets: complete("targets"),
      snapshot: complete("snapshot"),
      timestamp: complete("timestamp"),
    },
  };
}

function flawsOf(
  role: TufRole,
  { keys: names, threshold = 1, place }: WrittenRole,
  known: TrustConfig["keys"],
): readonly Problem[] {
  const problem = (what: string, expected: string): Problem =>
    new Problem("config.invalid", `trust.root: ${role}: ${what}`, { place, expected });
  const flaws = names.flatMap((name, index) => {
    if (names.indexOf(name) !== index) return [problem(`the key ${name} is named twice`, "every key once")];
    const key = Object.hasOwn(known, name) ? known[name] : undefined;
    if (key === undefined) return [problem(`there is no key called "${name}"`, expectedKey(name, Object.keys(known)))];
    if (key.kind !== "openssl")
      return [problem(`the key ${name} is of the kind ${key.kind}`, "a key of the kind openssl")];
    return [];
  });
  if (names.length === 0) return [problem("no key is named", "at least one name from `trust.keys`")];
  if (threshold > new Set(names).size)
    flaws.push(
      problem(`${names.length} keys cannot make ${threshold} signatures`, `a threshold from 1 to ${names.length}`),
    );
  return flaws;
}

function expectedKey(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? "a name from `trust.keys`" : `a name from \`trust.keys\`, such as ${near}`;
}

function secondsOf(text: string): number {
  return Number(text.slice(0, -1)) * (units[text.slice(-1)] ?? 0);
}
