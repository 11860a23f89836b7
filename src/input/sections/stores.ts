/** `stores` and `publish`: where the Release goes, in which order. */
import type { PublishEntry, StoreEntry } from "../../model/config/publish.ts";
import { groupNames, isNameGlob } from "../../model/only.ts";
import { Problem } from "../../model/problem.ts";
import { choose, isMap, oneOrMore, scalarTemplate, unplaced, z } from "../../model/schema.ts";
import { check } from "../check/check.ts";
import { didYouMean } from "../../model/nearest.ts";
import { namesOf, withVars } from "../template/names.ts";
import { checkOptions, entryOf, entryShape, kindEntrySchema, splitKind } from "./entries.ts";
import { defaultTemplate, type Section } from "./section.ts";

const shape = { when: entryShape.when, env: entryShape.env } as const;
const common: readonly string[] = Object.keys(shape);
const rest = z.strictObject(shape);

export const stores: Section<Readonly<Record<string, StoreEntry>>> = {
  key: "stores",
  summary: "Places a Release can go to, by a name of your own. Each has one key that names its kind.",
  example: 'stores:\n  site: { folder: "public/{{ version }}" }',
  schema: (kinds) => z.record(z.string(), kindEntrySchema(kinds.stores, shape)),
  entries: { common: rest, kinds: (kinds) => [...kinds.stores.values()] },
  read(tree, context) {
    if (tree === undefined) return {};
    if (tree.kind !== "map") {
      context.problems.push(
        new Problem("config.invalid", "stores is no map", {
          place: tree.place,
          expected: "a map from names to stores",
        }),
      );
      return {};
    }
    const names = withVars(namesOf.store, context.vars);
    const entries = [...tree.entries].flatMap(([name, pair]): readonly (readonly [string, StoreEntry])[] => {
      const item = { tree: pair.tree, path: `stores.${name}` };
      const parts = splitKind(item, context.kinds.stores, common, context);
      if (parts === undefined) return [];
      const written = check(rest, { ...item, tree: parts.rest, names }, context);
      const options = checkOptions(parts, { ...item, names }, common, context);
      if (written === undefined) return [];
      return [
        [
          name,
          { ...entryOf(written, item), name: defaultTemplate(name, names, context), kind: parts.kind.kind, options },
        ],
      ];
    });
    return Object.fromEntries(entries);
  },
};

const selected = z.union([z.enum(groupNames), z.string().refine(isNameGlob)], {
  error: `expected one of ${groupNames.join(", ")}, or a glob over file names: "*.rb"`,
});

const full = z.strictObject({
  store: z.string().describe("Name of a store."),
  only: oneOrMore(
    selected,
    "Which artifacts go there, by section or by a glob over file names; left out: all.",
  ).optional(),
  except: oneOrMore(selected, "Which of them do not.").optional(),
  optional: z
    .boolean()
    .describe(
      "Whether the others go on where nothing can be put there. It is told, and the command fails, all the same.",
    )
    .meta({ default: false })
    .optional(),
  snapshots: z
    .boolean()
    .describe(
      "Whether snapshots go there by `publish` and `pipeline --mode release --snapshot`; `release --snapshot` publishes nothing.",
    )
    .meta({ default: false })
    .optional(),
  prereleases: z
    .boolean()
    .describe(
      "Whether pre-releases and nightlies go there also where its files stand for the newest release, as those of a tap do.",
    )
    .meta({ default: false })
    .optional(),
  when: scalarTemplate("Skip it where this renders to `false` or nothing.").optional(),
});

/** Everything goes there. */
function entryTo(store: string): PublishEntry {
  return {
    place: unplaced,
    store,
    only: [],
    except: [],
    optional: false,
    snapshots: false,
    prereleases: false,
    when: undefined,
  };
}

const entry = choose<PublishEntry>(
  "Name of a store, or a map when it needs options.",
  (raw) => ({
    schema: isMap(raw)
      ? full.transform(({ store, only, except, optional, snapshots, prereleases, when }) => ({
          ...entryTo(store),
          only: only ?? [],
          except: except ?? [],
          optional: optional ?? false,
          snapshots: snapshots ?? false,
          prereleases: prereleases ?? false,
          when,
        }))
      : z.string().transform(entryTo),
  }),
  () => z.union([z.string(), full]),
);

const schema = z.array(entry);

/** The order in which names move; left out, every store in the order written. Needs the stores, so it is read after them. */
export const publish: Section<readonly PublishEntry[] | undefined> = {
  key: "publish",
  summary: "Which stores the Release goes to, in the order names move; the last moves last. Left out: all of them.",
  example: "publish: [site, { store: mirror, only: [archives, checksums] }]",
  schema: () => schema,
  read(tree, context) {
    if (tree === undefined) return undefined;
    return check(schema, { tree, path: "publish", names: withVars(namesOf.release, context.vars) }, context);
  },
};

/** What `publish` says, or every store; a name without a store is a Problem. */
export function publishOf(
  written: readonly PublishEntry[] | undefined,
  known: Readonly<Record<string, StoreEntry>>,
  declared: readonly string[],
  problems: Problem[],
): readonly PublishEntry[] {
  if (written === undefined) return Object.entries(known).map(([store, { place }]) => ({ ...entryTo(store), place }));
  for (const { store, place } of written) {
    if (declared.includes(store)) continue;
    const expected = declared.length === 0 ? "a name from `stores:`" : `one of ${declared.join(", ")}`;
    problems.push(
      new Problem("config.invalid", `publish: no store is called "${store}"`, {
        place,
        expected,
        hint: didYouMean(store, declared),
      }),
    );
  }
  return written;
}
