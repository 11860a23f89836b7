/** Values against schemas: the cases that Helm judges too, and what is said where nothing can be said. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { findSchemaFlaws } from "../../../src/make/charts/schema/check.ts";
import { BrokenSchema, UnknownSchema } from "../../../src/make/charts/schema/flaw.ts";
import type { Json, JsonObject } from "../../../src/model/json.ts";
import { needs } from "../../judges.ts";
import { makeCharts, writeChart } from "../../worlds/charts.ts";
import { freshFolder } from "../runStep.ts";

const draft7 = "http://json-schema.org/draft-07/schema#";
const draft6 = "http://json-schema.org/draft-06/schema#";
const draft4 = "http://json-schema.org/draft-04/schema#";
const draft2019 = "https://json-schema.org/draft/2019-09/schema";

/** A map with the key `then` is no promise, and looks like one in a program. */
const parsed = (text: string): Json => JSON.parse(text) as Json;

/** What stands under `v` in a chart's values, its schema, and whether it fits. */
const cases: readonly (readonly [schema: Json, value: Json, fits: boolean, draft?: string])[] = [
  [{ type: "integer" }, 1, true],
  [{ type: "integer" }, 1.5, false],
  [{ type: "number" }, 1, true],
  [{ type: ["string", "null"] }, "a", true],
  [{ type: ["string", "boolean"] }, 1, false],
  [{ type: "object" }, [], false],
  [{ type: "array" }, [], true],
  [{ minimum: 3 }, 2, false],
  [{ minimum: 3 }, "two", true],
  [{ minimum: 3, exclusiveMinimum: true }, 3, false, draft4],
  [{ maximum: 3, exclusiveMaximum: true }, 2, true, draft4],
  [{ exclusiveMaximum: 3 }, 3, false],
  [{ multipleOf: 0.1 }, 0.3, true],
  [{ multipleOf: 2 }, 3, false],
  [{ minLength: 2 }, "😀", false],
  [{ maxLength: 1 }, "😀", true],
  [{ pattern: "^[a-z]+$" }, "aB", false],
  [{ pattern: "b" }, "abc", true],
  [{ enum: ["a", { b: [1] }] }, { b: [1] }, true],
  [{ enum: ["a", "b"] }, "c", false],
  [{ const: 1 }, 1, true],
  [{ const: { a: 1 } }, { a: 1, b: 2 }, false],
  [{ required: ["a"] }, {}, false],
  [{ required: ["a"] }, { a: 1 }, true],
  [{ properties: { a: { type: "string" } } }, { a: 1 }, false],
  [{ properties: { a: false } }, { b: 1 }, true],
  [{ properties: { a: false } }, { a: 1 }, false],
  [{ properties: { a: {} }, additionalProperties: false }, { b: 1 }, false],
  [{ patternProperties: { "^x-": { type: "string" } }, additionalProperties: false }, { "x-a": "1" }, true],
  [{ additionalProperties: { type: "integer" } }, { a: "1" }, false],
  [{ propertyNames: { pattern: "^a" } }, { b: 1 }, false],
  [{ minProperties: 1 }, {}, false],
  [{ maxProperties: 1 }, { a: 1, b: 1 }, false],
  [{ dependentRequired: { a: ["b"] } }, { a: 1 }, false],
  [{ dependencies: { a: ["b"] } }, { a: 1 }, false, draft7],
  [{ dependencies: { a: { required: ["b"] } } }, { a: 1, b: 1 }, true, draft7],
  [{ dependentSchemas: { a: { required: ["b"] } } }, { a: 1 }, false],
  [{ items: { type: "string" } }, ["a", 1], false],
  [{ items: [{ type: "string" }], additionalItems: false }, ["a", 1], false, draft7],
  [{ items: [{ type: "string" }], additionalItems: { type: "integer" } }, ["a", 1], true, draft7],
  [{ prefixItems: [{ type: "string" }], items: { type: "integer" } }, ["a", 1], true],
  [{ prefixItems: [{ type: "string" }], items: false }, ["a", 1], false],
  [{ minItems: 1 }, [], false],
  [{ maxItems: 1 }, [1, 2], false],
  [{ uniqueItems: true }, [{ a: 1 }, { a: 1 }], false],
  [{ uniqueItems: true }, [1, "1"], true],
  [{ contains: { type: "string" } }, [1], false],
  [{ contains: { const: 1 }, minContains: 2 }, [1, 1], true],
  [{ allOf: [{ type: "string" }, { minLength: 2 }] }, "a", false],
  [{ anyOf: [{ type: "string" }, { minimum: 2 }] }, 1, false],
  [{ anyOf: [{ type: "string" }, { minimum: 2 }] }, 2, true],
  [{ oneOf: [{ type: "integer" }, { minimum: 2 }] }, 3, false],
  [{ oneOf: [{ type: "integer" }, { minimum: 2 }] }, 1, true],
  [{ not: { type: "string" } }, "a", false],
  [parsed('{ "if": { "const": 1 }, "then": { "type": "string" } }'), 1, false],
  [{ if: { const: 1 }, else: { type: "string" } }, 2, false],
  [parsed('{ "if": { "const": 1 }, "then": { "type": "integer" } }'), 1, true],
  [{ $ref: "#/$defs/name" }, 1, false],
  [{ $ref: "#/$defs/name" }, "a", true],
  [{ $ref: "#/$defs/a~1b%25" }, 1, false],
  [{ $ref: "#/$defs/name", maxLength: 1 }, "ab", false],
  [{ $ref: "#/$defs/name", maxLength: 1 }, "ab", true, draft7],
  [{ $ref: "#/$defs/tree" }, { next: { next: {} } }, true],
  [{ $ref: "#/$defs/tree" }, { next: { next: 1 } }, false],
  [{ title: "t", description: "d", default: 1, "x-own": true }, 2, true],
  [{ properties: { a: true }, unevaluatedProperties: false }, { b: 1 }, false],
  [{ anyOf: [{ properties: { a: true } }], unevaluatedProperties: false }, { a: 1 }, true],
  [{ prefixItems: [true], unevaluatedItems: false }, [1, 2], false],
  [{ items: [{ type: "string" }], additionalItems: false }, ["a", 1], false, draft2019],
  [{ items: [true], unevaluatedItems: false }, [1, 2], false, draft2019],
  [{ items: [{ type: "string" }], additionalItems: false }, ["a"], true, "https://json-schema.org/draft-07/schema"],
  [{ prefixItems: [{ type: "string" }] }, [1], false, "http://json-schema.org/schema#"],
  [{ $ref: "#" }, { v: {} }, true],
  [{ $ref: "#", type: "object" }, 1, false],
  [
    {
      anyOf: [
        { $id: "#/v", type: "string" },
        { $id: "#/v", type: "integer" },
      ],
    },
    1,
    true,
    draft7,
  ],
  [{ $id: draft7, type: "string" }, "a", true, draft7],
  [{ $id: "#/properties/v", $ref: "#/$defs/name" }, "a", true, draft7],
  [parsed('{ "if": true, "then": false }'), 1, true, draft6],
  [{ const: 1 }, 2, true, draft4],
  [{ contains: { const: 1 } }, [2], true, draft4],
  [{ exclusiveMinimum: false, minimum: 3 }, 3, true, draft4],
  [{ type: "string", nullable: true }, null, false],
  [{ properties: { nullable: false } }, { nullable: 1 }, false],
  [{ nullable: true }, 1, true],
  [{ $async: true, type: "string" }, 1, false],
  [{ id: "a", type: "string" }, "a", true],
  [{ type: "string", format: "ipv4" }, "a", true],
  [{ discriminator: { propertyName: "a" }, oneOf: [{ required: ["a"] }] }, { a: 1 }, true],
  [{ properties: { toString: { type: "string" } } }, {}, true],
  [{ required: ["toString"] }, {}, false],
  [{ multipleOf: 0.01 }, 1.13, true],
];

function schemaOf(schema: Json, draft: string | undefined): JsonObject {
  const $defs = {
    name: { type: "string" },
    "a/b%": { type: "string" },
    tree: { type: "object", properties: { next: { $ref: "#/$defs/tree" } } },
  };
  return { ...(draft === undefined ? {} : { $schema: draft }), $defs, properties: { v: schema } };
}

const shown = ([schema, value, , draft = ""]: (typeof cases)[number]): string => JSON.stringify([schema, value, draft]);

describe("values", () => {
  it("fit a schema or do not, as it says", async () => {
    const flaws = await Promise.all(
      cases.map(([schema, value, , draft]) => findSchemaFlaws({ v: value }, schemaOf(schema, draft))),
    );
    const wrong = cases.filter(([, , fits], index) => (flaws[index]?.length === 0) !== fits);
    expect(wrong.map(shown)).toEqual([]);
  });

  needs("helm")("fit where Helm says so, and nowhere else", async ({ helm }) => {
    const root = await freshFolder();
    for (const [index, [schema, value, , draft]] of cases.entries())
      writeChart(root, `c${index}`, {
        "Chart.yaml": `apiVersion: v2\nname: c${index}\nversion: 1.0.0\n`,
        "values.yaml": JSON.stringify({ v: value }),
        "values.schema.json": JSON.stringify(schemaOf(schema, draft)),
      });
    const charts = cases.map((_, index) => join(root, `c${index}`));
    const found = lint(helm, charts);
    const wrong = cases.filter(([, , fits], index) => found.get(charts[index] ?? "") !== fits);
    expect(found.size).toBe(cases.length);
    expect(wrong.map(shown)).toEqual([]);
  });

  it("of a schema that says what is not known are neither", async () => {
    for (const schema of [{ $ref: "https://example.com/schema.json" }, { $dynamicRef: "#a" }, { pattern: "(?i)a" }])
      await expect(findSchemaFlaws({ v: "a" }, { properties: { v: schema } }), JSON.stringify(schema)).rejects.toThrow(
        UnknownSchema,
      );
    await expect(findSchemaFlaws({}, { $schema: "https://example.com/draft" })).rejects.toThrow(UnknownSchema);
  });

  it("fit no schema that is none", async () => {
    const deep = (JSON.parse(`${'{"items":'.repeat(20_000)}{}${"}".repeat(20_000)}`) as JsonObject)["items"] ?? null;
    const broken: readonly (readonly [schema: Json, message: string])[] = [
      [{ allOf: [7] }, "properties.v.allOf[0] is integer, not object or boolean"],
      [{ type: "strin" }, "properties.v.type fits none of the schemas of which it has to fit one"],
      [{ items: [true] }, "properties.v.items is array, not object or boolean"],
      [{ $ref: "#/nowhere" }, '$ref "#/nowhere" leads nowhere'],
      [{ $ref: "#/properties/v" }, "is too deep or too large, or leads in circles"],
      [deep, "is too deep or too large, or leads in circles"],
    ];
    for (const [schema, message] of broken)
      await expect(findSchemaFlaws({ v: "a" }, { properties: { v: schema } })).rejects.toEqual(
        new BrokenSchema(message),
      );
    await expect(findSchemaFlaws({}, [])).rejects.toThrow(new BrokenSchema("is no map"));
  });

  it("and schemas may have any names and texts: none of them is run", async () => {
    const name = "a\"'`]);\n*/}\u2028${globalThis.wasRun = true};globalThis.wasRun = true;//";
    const schema = {
      $id: `https://x.io/${encodeURIComponent(name)}`,
      $comment: name,
      [name]: name,
      $defs: { [name]: { $anchor: "a", enum: [name], const: { [name]: name }, title: name } },
      $ref: `#/$defs/${encodeURIComponent(name.replaceAll("/", "~1"))}`,
      required: [name],
      dependentRequired: { [name]: [`${name}2`] },
      dependentSchemas: { [name]: { required: [`${name}3`] } },
      properties: { [name]: { format: name, pattern: name.replaceAll(/[^a-z]/gi, "."), default: name } },
      patternProperties: { globalThis: false, "^[\"'`]": false },
      additionalProperties: false,
    };
    const flaws = await findSchemaFlaws({ [name]: 1, [`${name}4`]: 1 }, schema);
    expect(flaws.map(({ message }) => message)).toHaveLength(6);
    expect(flaws.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        "may not be there",
        `is none of ${JSON.stringify([name])}`,
        `is not ${JSON.stringify({ [name]: name })}`,
        `lacks "${name}2", which ${name} needs`,
        `lacks "${name}3"`,
      ]),
    );
    expect(globalThis).not.toHaveProperty("wasRun");
  });

  it("are told once and where they are, whatever schemas they might have fit", async () => {
    const name = { $ref: "#/$defs/name" };
    const schema = {
      $defs: { name: { type: "string", minLength: 2 } },
      required: ["gone"],
      properties: {
        either: { anyOf: [name, { type: "object", required: ["a"] }] },
        one: { oneOf: [name, { type: "string" }] },
        none: { oneOf: [name, { const: 1 }] },
        some: { contains: name },
        not: { not: name },
        rest: { prefixItems: [name], items: false },
        open: { properties: { a: true }, unevaluatedProperties: false },
        named: { propertyNames: { maxLength: 2 } },
        all: { allOf: [name, { enum: [1, "a"] }] },
        when: parsed('{ "if": { "required": ["a"] }, "then": { "required": ["b"] } }'),
      },
    };
    const flaws = await findSchemaFlaws(
      {
        either: {},
        one: "ab",
        none: "a",
        some: [1, 2],
        not: "ab",
        rest: ["ab", 2, 3],
        open: { "x/y": 1 },
        named: { long: 1 },
        all: null,
        when: { a: 1 },
      },
      schema,
    );
    expect(flaws.map(({ path, message }) => `${JSON.stringify(path)} ${message}`).toSorted()).toEqual([
      '["all"] is none of [1,"a"]',
      '["all"] is null, not string',
      '["either"] fits none of the schemas of which it has to fit one',
      '["named","long"] has more letters than 2',
      '["none"] fits 0 of the schemas of which it has to fit one',
      '["not"] fits what it may not',
      '["one"] fits 2 of the schemas of which it has to fit one',
      '["open","x/y"] may not be there',
      '["rest",1] may not be there',
      '["rest",2] may not be there',
      '["some"] has not the items it has to have',
      '["when"] lacks "b"',
      '[] lacks "gone"',
    ]);
  });
});

describe("a release's values", () => {
  const schema = { properties: { replicas: { type: "integer" }, image: { required: ["tag"] } } };
  const files = {
    "Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\nicon: https://x.io\n",
    "values.yaml": "replicas: 1\nimage:\n  name: x\n",
    "values.schema.json": JSON.stringify(schema),
    "templates/a.yaml": "a: 1\n",
  };

  it("that the chart's schema refuses are refused, at the config's line where they are set there", async () => {
    const root = await freshFolder();
    writeChart(root, "app", files);
    const { problems } = await makeCharts(root, "  - folder: app\n    values:\n      replicas: many\n");
    expect(problems.map(({ place, message }) => `${place?.file}:${place?.line} ${message}`)).toEqual([
      "slipway.yaml:10 replicas is string, not integer",
      'app/values.yaml:3 image lacks "tag"',
    ]);
  });

  it("are let through where nothing can be said, and that is said", async () => {
    const root = await freshFolder();
    writeChart(root, "app", { ...files, "values.schema.json": '{ "$ref": "https://x.io/schema.json" }' });
    const told: string[] = [];
    const { problems } = await makeCharts(root, "  - app\n", { told });
    expect(problems).toEqual([]);
    expect(told).toEqual([
      'info: app/values.yaml was not held against app/values.schema.json, which has $ref "https://x.io/schema.json"',
    ]);
  });

  it("are not what is said of a schema that is none", async () => {
    const root = await freshFolder();
    writeChart(root, "app", { ...files, "values.schema.json": '{ "type": "map" }' });
    const { problems } = await makeCharts(root, "  - app\n");
    expect(problems.map(({ code, place, message }) => `${code} ${place?.file}:${place?.line} ${message}`)).toEqual([
      "format.invalid app/values.schema.json:1 app/values.schema.json: type fits none of the schemas of which it has to fit one",
    ]);
  });
});

/** Whether each chart has no error, by its path. */
function lint(helm: string, charts: readonly string[]): ReadonlyMap<string, boolean> {
  const parts = outputOf(helm, ["lint", ...charts])
    .split("==> Linting ")
    .slice(1);
  return new Map(parts.map((part) => [part.split("\n", 1)[0] ?? "", !part.split("\n\n")[0]?.includes("[ERROR]")]));
}

/** What it prints, also where it fails. */
function outputOf(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, [...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (thrown) {
    if (thrown instanceof Error && "stdout" in thrown) return String(thrown.stdout);
    throw thrown;
  }
}
