/** Setting values of any file: exactly the values that are set change, and only their lines. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { parse, stringify } from "yaml";

import { type FilledOverride, setValues } from "../../../src/make/charts/overrides.ts";

type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

const key = fc
  .stringMatching(/^[a-z][a-z0-9_.-]{0,8}$/)
  .filter((text) => !/^(y|n|yes|no|on|off|true|false|null|nan)$/.test(text));
const scalar = fc.oneof(
  fc.constantFrom<Value>(
    null,
    true,
    false,
    "",
    "~",
    "1.10",
    "a: b",
    "# no comment",
    "- x",
    "two\nlines\n",
    "'",
    '"',
    " x ",
    "*a",
    "&a",
  ),
  fc.integer(),
  fc.string({ maxLength: 12 }).filter((text) => text.isWellFormed()),
);
const { tree } = fc.letrec<{ tree: Value }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(key, tie("tree"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const document = fc.dictionary(key, tree, { minKeys: 1, maxKeys: 5, noNullPrototype: true });
const style = fc.record({
  indent: fc.integer({ min: 1, max: 4 }),
  indentSeq: fc.boolean(),
  collectionStyle: fc.constantFrom("any" as const, "flow" as const),
  defaultStringType: fc.constantFrom("PLAIN" as const, "QUOTE_DOUBLE" as const, "QUOTE_SINGLE" as const),
  blockQuote: fc.constantFrom(true, "folded" as const, "literal" as const),
  lineWidth: fc.constantFrom(0, 30),
});

/** Every path of a value, at any depth. */
function pathsOf(value: Value, above: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  const own = above.length === 0 ? [] : [above];
  if (Array.isArray(value)) return [...own, ...value.flatMap((item: Value, at) => pathsOf(item, [...above, at]))];
  if (typeof value !== "object" || value === null) return own;
  return [...own, ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, [...above, name]))];
}

function withValue(value: Value, path: readonly (string | number)[], set: Value): Value {
  const [step, ...rest] = path;
  if (step === undefined) return set;
  if (Array.isArray(value)) return value.map((item: Value, at) => (at === step ? withValue(item, rest, set) : item));
  return { ...(value as object), [step]: withValue((value as { [key: string]: Value })[step] ?? null, rest, set) };
}

it("a value that is set is there, and everything else is as it was", () => {
  fc.assert(
    fc.property(
      document,
      style,
      fc.nat(),
      fc.constantFrom("x", "1.10", "sha256:ab", "a: #b"),
      (values, how, pick, text) => {
        const yaml = stringify(values, how);
        const base = parse(yaml) as Value;
        const paths = pathsOf(base);
        const path = paths[pick % paths.length] ?? [];
        const override: FilledOverride = { path, value: { text }, place: undefined };
        const done = setValues(yaml, "values.yaml", [override], []);
        expect(parse(done)).toEqual(withValue(base, path, text));
      },
    ),
    { numRuns: 120 },
  );
});

it("comments and lines of everything else stay", () => {
  fc.assert(
    fc.property(document, fc.nat(), (values, pick) => {
      const lines = stringify(values, {
        lineWidth: 0,
        defaultStringType: "QUOTE_DOUBLE",
        collectionStyle: "any",
      }).split("\n");
      const yaml = lines.map((line) => (/[\w"}\]]$/.test(line) ? `${line} # kept` : line)).join("\n");
      const leaves = pathsOf(values).filter(
        (path) => typeof path.reduce<unknown>((at, step) => (at as never)[step], values) === "number",
      );
      const path = leaves[pick % Math.max(leaves.length, 1)];
      if (path === undefined) return;
      const done = setValues(yaml, "values.yaml", [{ path, value: { plain: 123456789 }, place: undefined }], []);
      const [before, after] = [yaml.split("\n"), done.split("\n")];
      expect(after.length).toBe(before.length);
      const changed = after.filter((line, at) => line !== before[at]);
      expect(changed.length).toBeLessThanOrEqual(1);
      for (const line of changed) expect(line).toMatch(/123456789 # kept$/);
    }),
    { numRuns: 60 },
  );
});
