/** The template engine: Liquid, closed and bounded: no files but through filters, no clock, no chance, no endless loops. */
import { Drop, Liquid, type Template as LiquidTemplate } from "liquidjs";
import type { FilterHost } from "./filters/filter.ts";
import { filters, liquidFilters, liquidTags } from "./filters/table.ts";

/** Characters of one template. */
const parseLimit = 100_000;
/** Milliseconds one rendering may take. */
const renderLimit = 2_000;
/** Units of memory, as Liquid counts them: about a character each. */
const memoryLimit = 10_000_000;

export interface Engine {
  /** Throws Liquid's own errors, which carry a token. */
  parse(source: string): LiquidTemplate[];
  render(templates: LiquidTemplate[], scope: object): string;
}

/** An engine whose filters read files through `host`. */
export function createEngine(host: FilterHost): Engine {
  const liquid = new Liquid({
    strictVariables: true,
    strictFilters: true,
    // What may be missing is asked with `if` or given a `default`; misspelt names are found before.
    lenientIf: true,
    // An empty text is false, as people who come from Go's templates expect.
    jsTruthy: true,
    ownPropertyOnly: true,
    templates: {},
    timezoneOffset: 0,
    locale: "en-US",
    parseLimit,
    renderLimit,
    memoryLimit,
  });
  keepOnly(liquid.filters, liquidFilters);
  keepOnly(liquid.tags, liquidTags);
  for (const filter of filters) {
    liquid.registerFilter(filter.name, (input: unknown, ...args: readonly unknown[]) =>
      filter.run(unwrap(input), args.map(unwrap), host),
    );
  }
  return {
    parse: (source) => liquid.parse(source),
    render: (templates, scope) => String(liquid.renderSync(templates, scope)),
  };
}

function keepOnly(table: Record<string, unknown>, names: readonly string[]): void {
  for (const name of Object.keys(table)) if (!names.includes(name)) delete table[name];
}

/** A record with a name prints as its name: `{{ project }}` beside `{{ project.license }}`. */
class NamedRecord extends Drop {
  readonly record: Readonly<Record<string, unknown>>;

  constructor(record: Readonly<Record<string, unknown>>) {
    super();
    this.record = record;
    Object.assign(this, record);
  }

  override valueOf(): unknown {
    return this.record["name"];
  }
}

/** A scope value as Liquid gets it. */
export function wrap(value: unknown): unknown {
  const named = typeof value === "object" && value !== null && "name" in value && typeof value.name === "string";
  return named ? new NamedRecord({ ...value }) : value;
}

function unwrap(value: unknown): unknown {
  if (value instanceof NamedRecord) return value.record;
  // Liquid's own words: `nil`, `empty` and `blank`.
  return value instanceof Drop ? value.valueOf() : value;
}
