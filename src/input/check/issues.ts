/** Says what a schema found wrong in our words: the place, what was expected, what was probably meant. */
import type { core } from "zod";
import { Problem } from "../../model/problem.ts";
import { childOf, reach, type Tree } from "../yaml/tree.ts";
import { didYouMean } from "../../model/nearest.ts";
import { looksSecret } from "./secrets.ts";

type Issue = core.$ZodRawIssue;

/** The Problems behind an issue. `path` is how messages name the tree: `builds[0]`; `besides` are keys others take care of. */
export function issueProblems(issue: Issue, tree: Tree, path: string, besides: readonly string[]): readonly Problem[] {
  const steps = issue.path ?? [];
  const at = reach(tree, steps);
  const name = nameOf(path, steps);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) =>
        unknownKey(key, at, name, steps.length === 0 ? [...keysOf(issue), ...besides] : keysOf(issue)),
      );
    case "invalid_type":
      return [
        issue.input === undefined && steps.length > 0
          ? missing(steps, tree, path)
          : wrong(name, at, `is ${kindOf(at)}`, errorOf(issue) ?? article(issue.expected)),
      ];
    case "invalid_value":
      return [wrongValue(name, at, issue.values.map(String), errorOf(issue))];
    case "invalid_union":
      return [wrong(name, at, `is ${shown(at)}`, messageOf(issue) ?? expectedOf(issue.errors))];
    case "invalid_key":
      return [wrongKey(issue, steps, tree, path)];
    case "too_small":
    case "too_big":
      return [wrong(name, at, `is ${shown(at)}`, boundOf(issue))];
    default:
      return [wrong(name, at, `is ${shown(at)}`, messageOf(issue))];
  }
}

function wrong(name: string, at: Tree, is: string, expected: string | undefined): Problem {
  return new Problem("config.invalid", `${name} ${is}`, { place: at.place, expected });
}

/** A Problem for a key that stands where it cannot. */
export function unknownKey(key: string, at: Tree, name: string, known: readonly string[]): Problem {
  const place = at.kind === "map" ? at.entries.get(key)?.place : undefined;
  const where = name === "" ? "" : ` in ${name}`;
  return new Problem("config.unknown-key", `unknown key ${looksSecret(key) ? "" : JSON.stringify(key)}${where}`, {
    place: place ?? at.place,
    expected: known.length === 0 ? undefined : `one of ${known.join(", ")}`,
    hint: didYouMean(key, known),
  });
}

function missing(steps: readonly PropertyKey[], tree: Tree, path: string): Problem {
  const parent = reach(tree, steps.slice(0, -1));
  const name = nameOf(path, steps.slice(0, -1));
  return new Problem("config.invalid", `${name === "" ? "the file" : name} lacks "${String(steps.at(-1))}"`, {
    place: parent.place,
  });
}

function wrongKey(
  issue: Extract<Issue, { code: "invalid_key" }>,
  steps: readonly PropertyKey[],
  tree: Tree,
  path: string,
): Problem {
  const key = String(steps.at(-1));
  const shownKey = looksSecret(key) ? "" : `: ${JSON.stringify(key)}`;
  const place = keyPlace(tree, steps);
  return new Problem("config.invalid", `${nameOf(path, steps.slice(0, -1))} has a key that cannot be${shownKey}`, {
    place,
    expected: messageOf(issue.issues[0]),
  });
}

function wrongValue(name: string, at: Tree, values: readonly string[], own: string | undefined): Problem {
  const expected = own ?? (values.length === 1 ? values[0] : `one of ${values.join(", ")}`);
  const hint = at.kind === "scalar" ? didYouMean(at.text, values) : undefined;
  return new Problem("config.invalid", `${name} is ${shown(at)}`, { place: at.place, expected, hint });
}

/** The keys of the schema that refused one. */
function keysOf(issue: Issue): readonly string[] {
  const { inst } = issue;
  if (inst === undefined || !("shape" in inst._zod.def)) return [];
  return Object.keys(inst._zod.def.shape as object);
}

/** Messages of ours begin with "expected"; what follows is the noun phrase. */
function messageOf(issue: Issue | core.$ZodIssue | undefined): string | undefined {
  if (issue === undefined) return undefined;
  return withoutExpected(issue.message) ?? errorOf(issue as Issue);
}

/** What the schema's author wrote for this. */
function errorOf(issue: Issue): string | undefined {
  const error = issue.inst?._zod.def.error as core.$ZodErrorMap | undefined;
  const said = error?.(issue);
  return withoutExpected(typeof said === "string" ? said : said?.message);
}

function withoutExpected(message: string | undefined): string | undefined {
  return message?.replace(/^expected /, "");
}

function expectedOf(errors: readonly (readonly core.$ZodIssue[])[]): string | undefined {
  const kinds = errors.flatMap((branch) =>
    branch.flatMap((issue) =>
      issue.code === "invalid_type" && issue.path.length === 0 ? [article(issue.expected)] : [],
    ),
  );
  return kinds.length === 0 ? undefined : [...new Set(kinds)].join(" or ");
}

function boundOf(issue: Extract<Issue, { code: "too_small" | "too_big" }>): string {
  const own = messageOf(issue);
  if (own !== undefined) return own;
  const bound = issue.code === "too_small" ? `at least ${String(issue.minimum)}` : `at most ${String(issue.maximum)}`;
  if (issue.origin === "string") return `${bound} characters`;
  return issue.origin === "array" ? `a list of ${bound}` : bound;
}

const articles: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
  null: "nothing",
};

function article(expected: string): string {
  return articles[expected] ?? expected;
}

function kindOf(tree: Tree): string {
  if (tree.kind === "list") return "a list";
  if (tree.kind === "map") return "a map";
  if (tree.value === null) return "empty";
  if (typeof tree.value === "string") return `a string (${shown(tree)})`;
  return typeof tree.value === "number" ? `a number (${shown(tree)})` : String(tree.value);
}

/** A value as a message may repeat it: short, and no secret. */
function shown(tree: Tree): string {
  if (tree.kind !== "scalar") return kindOf(tree);
  if (tree.value === null) return "empty";
  const quoted = typeof tree.value === "string" ? JSON.stringify(tree.text) : tree.text;
  if (looksSecret(tree.text)) return "not fit";
  return quoted.length > 60 ? `${quoted.slice(0, 57)}...` : quoted;
}

/** `builds[0].hooks.pre[1]`. */
function nameOf(path: string, steps: readonly PropertyKey[]): string {
  return steps.reduce<string>(
    (name, step) =>
      typeof step === "number" ? `${name}[${step}]` : name === "" ? String(step) : `${name}.${String(step)}`,
    path,
  );
}

function keyPlace(tree: Tree, steps: readonly PropertyKey[]): Problem["place"] {
  const parent = reach(tree, steps.slice(0, -1));
  const key = String(steps.at(-1));
  return parent.kind === "map"
    ? (parent.entries.get(key)?.place ?? parent.place)
    : (childOf(parent, key) ?? parent).place;
}
