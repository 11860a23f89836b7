/** Sets values of values.yaml: comments, order and everything else stay as the chart's author wrote them. */
import { isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";

import type { Json } from "../../model/json.ts";
import { type Place, Problem, throwIfAny } from "../../model/problem.ts";
import { formatPath, unknownValue } from "../../model/value-path.ts";
import { asPlain, type FilledValue, typedLike } from "./typed.ts";
import { type Edit, edited, readYaml, replaceValue, type Slot, type YamlFile } from "./yaml-file.ts";

/** A value whose texts are all known, and where it goes. */
export interface FilledOverride {
  readonly path: readonly (string | number)[];
  readonly value: FilledValue;
  readonly place: Place | undefined;
}

/**
 * The text with the values set. A value keeps the type it has there: see {@link typedLike}. Throws `plan.invalid`, at the config's
 * line, for each path that is not there: what may be set stands in values.yaml, if only as `{}` or nothing. Values of
 * `subcharts`, by their names, and `global` may be set all the same.
 */
export function setValues(
  text: string,
  file: string,
  overrides: readonly FilledOverride[],
  subcharts: readonly string[],
): string {
  if (overrides.length === 0) return text;
  const yaml = readYaml(text, file);
  const known = { file, values: (yaml.value ?? {}) as Json, open: ["global", ...subcharts] };
  throwIfAny(overrides.flatMap(({ path, place }) => unknownValue(known, path, place) ?? []));
  const setting: Setting = { yaml, edits: [], problems: [], added: new Map() };
  setUnder(setting, { behindKey: undefined, node: yaml.document.contents }, 0, treeOf(overrides));
  throwIfAny(setting.problems);
  const done = withAdded(edited(text, setting.edits), setting.added);
  refuseOthers(done, file, overrides);
  return done;
}

interface Setting {
  readonly yaml: YamlFile;
  readonly edits: Edit[];
  readonly problems: Problem[];
  /** Keys of the top that were not there. */
  readonly added: Map<string, Json>;
}

/** Overrides by the steps of their paths. */
type Branch = ReadonlyMap<string | number, Branch | FilledOverride>;

function treeOf(overrides: readonly FilledOverride[]): Branch {
  const root = new Map<string | number, Branch | FilledOverride>();
  for (const override of overrides) {
    let at = root;
    for (const step of override.path.slice(0, -1)) {
      const next = at.get(step);
      const under = isBranch(next) ? (next as typeof root) : new Map<string | number, Branch | FilledOverride>();
      at.set(step, under);
      at = under;
    }
    at.set(override.path.at(-1) ?? "", override);
  }
  return root;
}

function isBranch(value: Branch | FilledOverride | undefined): value is Branch {
  return value instanceof Map;
}

function setUnder(setting: Setting, slot: Slot, depth: number, branch: Branch): void {
  const { yaml, edits } = setting;
  const { node } = slot;
  if (depth > 0 && isOpen(node)) edits.push(replaceValue(yaml, slot, JSON.stringify(plainOf(branch))));
  else for (const [key, own] of branch) setChild(setting, slotIn(node, key), depth, key, own);
}

/** What is known to be there and is not found stands behind an alias. */
function setChild(
  setting: Setting,
  slot: Slot | undefined,
  depth: number,
  key: string | number,
  own: Branch | FilledOverride,
): void {
  const { yaml, edits, problems, added } = setting;
  if (slot === undefined && depth === 0 && typeof key === "string" && !isKnown(yaml, key))
    added.set(key, isBranch(own) ? plainOf(own) : asPlain(own.value));
  else if (slot === undefined)
    problems.push(...(isBranch(own) ? leavesOf(own) : [own]).map((each) => unsettable(yaml.file, each)));
  else if (isBranch(own)) setUnder(setting, slot, depth + 1, own);
  else edits.push(replaceValue(yaml, slot, typedLike(slot.node, own.value)));
}

function isKnown({ value }: YamlFile, key: string): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key);
}

function slotIn(node: Node | null, key: string | number): Slot | undefined {
  if (isMap(node)) return slotOf(node, key);
  const item = isSeq(node) && typeof key === "number" ? node.items[key] : undefined;
  return item === undefined ? undefined : { behindKey: undefined, node: item as Node };
}

function slotOf(map: YAMLMap, key: string | number): Slot | undefined {
  const pair = map.items.find((item) => isScalar(item.key) && item.key.value === key);
  if (pair === undefined || !isScalar(pair.key)) return undefined;
  return { behindKey: pair.key.range?.[1], node: pair.value as Node | null };
}

/** `{}`, `[]` or nothing: the author left open what stands there. */
function isOpen(node: Node | null): boolean {
  if (node === null) return true;
  if (isScalar(node)) return node.value === null;
  return (isMap(node) || isSeq(node)) && node.items.length === 0;
}

function plainOf(branch: Branch): Json {
  const entries = [...branch].map(([key, own]) => [key, isBranch(own) ? plainOf(own) : asPlain(own.value)] as const);
  const isList = entries.every(([key], index) => key === index);
  return isList ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

function leavesOf(branch: Branch): readonly FilledOverride[] {
  return [...branch.values()].flatMap((own) => (isBranch(own) ? leavesOf(own) : [own]));
}

function withAdded(text: string, added: ReadonlyMap<string, Json>): string {
  if (added.size === 0) return text;
  const isBare = /^\s*\{\s*\}\s*$/.test(text.replaceAll(/^\s*#.*$/gm, ""));
  const lines = [...added].map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}\n`);
  const kept = isBare ? text.replace(/\{\s*\}/, "") : text;
  return `${kept}${kept === "" || kept.endsWith("\n") ? "" : "\n"}${lines.join("")}`;
}

/** Reads back what was written: every value is there, and the file is still YAML. */
function refuseOthers(text: string, file: string, overrides: readonly FilledOverride[]): void {
  const { document } = readYaml(text, file);
  throwIfAny(
    overrides
      .filter(({ path, value }) => !isSame(document.getIn(path), value))
      .map((override) => unsettable(file, override)),
  );
}

function unsettable(file: string, { path, place }: FilledOverride): Problem {
  return new Problem("plan.invalid", `${file} is written in a way in which ${formatPath(path)} cannot be set`, {
    place,
    hint: "Write it there as `key: value`, without anchors and aliases.",
  });
}

function isSame(found: unknown, value: FilledValue): boolean {
  const plain = asPlain(value);
  if (plain === null || typeof plain !== "object") return String(found) === String(plain);
  const json: unknown =
    typeof found === "object" && found !== null && "toJSON" in found ? (found as Node).toJSON() : found;
  return JSON.stringify(json) === JSON.stringify(plain);
}
