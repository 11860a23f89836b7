/** Real configs with random damage: edits of bytes and lines, wrong types, deep and looping anchors, huge numbers, junk. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { ROOT } from "../../setup/imports.ts";

/** YAML files to begin with: the examples', and those of a folder of one's own choice in SLIPWAY_YAML. */
export function originals(): readonly Buffer[] {
  const own = globSync("{examples,test}/**/{slipway,*.slipway}.{yaml,yml}", {
    cwd: ROOT,
    exclude: ["**/node_modules/**"],
  });
  const folder = process.env["SLIPWAY_YAML"];
  const others =
    folder === undefined ? [] : globSync("**/*.{yaml,yml}", { cwd: folder }).map((path) => join(folder, path));
  return [...own.map((path) => join(ROOT, path)), ...others].toSorted().map((path) => readFileSync(path));
}

/** What nobody means to write where a value is expected. */
const values: readonly string[] = [
  "", "~", "[]", "{}", "[[]]", "{a: {b: {c: d}}}", "- a", "true", "1", "-1", "0", "0644", "0o644", "0x1F", "1.10", "1e999", "-.inf", ".nan", "9".repeat(400), "2026-01-30",
  "*a", "&a", "&a [*a]", "<<", "<<: *a", "!!binary aGk=", "!x y", "!!set {a}", "? a", "|", ">-", "%YAML 1.2", "---", "...", "# c", "`", "@", "'", '"', '"\\x00"', '"\\ud800"', "'it''s", "\t", "\r", "\r\n",
  "{{", "}}", "{{ }}", "{{ x }}", "'{{ x | y }}'", "'{% if %}'", "'{{ env.X }}'", "'{{ version | bump: 1 }}'", "'{% for i in (1..999999999) %}x{% endfor %}'", "'{{ a[b[c[d]]] }}'", "'{% raw %}'",
  "__proto__", "constructor", "toString", "{__proto__: 1}", "{constructor: 1, hasOwnProperty: 2}", "'linux/amd64'", "'{a,b'", "'!'", "'{{{{{{{{'", "env:X", "build:x", "🚢", "e\u0301", "\u202e", "\u2028",
]; // prettier-ignore

const junk: readonly Buffer[] = [
  Buffer.from([0]),
  Buffer.from([0xff, 0xfe]),
  Buffer.from([0xef, 0xbb, 0xbf]),
  Buffer.from([0xc3, 0x28]),
  Buffer.from([0x7f, 0x1b, 0x5b]),
  Buffer.from("\x89PNG\r\n\x1a\n\0\0\0", "latin1"),
];

type Edit = (bytes: Buffer) => Buffer;

/** A place in the file, as a part of its length. */
const part = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

function splice(bytes: Buffer, at: number, removed: number, added: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);
}

function onLine(where: number, change: (line: string) => string): Edit {
  return (bytes) => {
    const lines = bytes.toString("latin1").split("\n");
    const index = Math.floor(where * lines.length);
    lines[index] = change(lines[index] ?? "");
    return Buffer.from(lines.join("\n"), "latin1");
  };
}

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(part, fc.nat(40)).map(
    ([where, count]): Edit =>
      (bytes) =>
        splice(bytes, Math.floor(where * bytes.length), count, Buffer.alloc(0)),
  ),
  fc.tuple(part, fc.uint8Array({ maxLength: 8 })).map(
    ([where, added]): Edit =>
      (bytes) =>
        splice(bytes, Math.floor(where * bytes.length), 0, Buffer.from(added)),
  ),
  fc.tuple(part, fc.constantFrom(...junk)).map(
    ([where, added]): Edit =>
      (bytes) =>
        splice(bytes, Math.floor(where * bytes.length), 0, added),
  ),
  fc.tuple(part, part, fc.nat(200)).map(([from, to, count]): Edit => (bytes) => {
    const start = Math.floor(from * bytes.length);
    return splice(bytes, Math.floor(to * bytes.length), 0, bytes.subarray(start, start + count));
  }),
  part.map(
    (where): Edit =>
      (bytes) =>
        bytes.subarray(0, Math.floor(where * bytes.length)),
  ),
  fc
    .tuple(part, fc.constantFrom(...values))
    .map(([where, value]) =>
      onLine(where, (line) => line.replace(/(: |- )\S.*$/, `$1${value.replaceAll("$", "$$$$")}`)),
    ),
  fc
    .tuple(part, fc.constantFrom(...values))
    .map(([where, value]) => onLine(where, (line) => `${line}\n${/^ */.exec(line)?.[0] ?? ""}${value}`)),
  fc
    .tuple(part, fc.constantFrom(...values))
    .map(([where, key]) => onLine(where, (line) => line.replace(/[\w-]+:/, `${key.replaceAll("$", "$$$$")}:`))),
  fc
    .tuple(part, fc.integer({ min: -4, max: 4 }))
    .map(([where, by]) => onLine(where, (line) => (by < 0 ? line.slice(-by) : " ".repeat(by) + line))),
  part.map((where) => onLine(where, (line) => `${line}\n${line}`)),
  part.map((where) => onLine(where, () => "")),
  part.map((where) => onLine(where, (line) => line.replace(/^ +/, "\t"))),
  fc.integer({ min: 1, max: 400 }).map(
    (depth): Edit =>
      (bytes) =>
        Buffer.concat([bytes, Buffer.from(`\ndeep: ${"[".repeat(depth)}${"]".repeat(depth)}\n`)]),
  ),
  fc.integer({ min: 1, max: 60 }).map((count): Edit => (bytes) => {
    const lines = Array.from({ length: count }, (_, i) =>
      i === 0 ? "x0: &x0 [a, a]" : `x${i}: &x${i} [*x${i - 1}, *x${i - 1}]`,
    );
    return Buffer.concat([Buffer.from(`${lines.join("\n")}\n`), bytes]);
  }),
  fc.integer({ min: 1, max: 30 }).map(
    (count): Edit =>
      (bytes) =>
        Buffer.concat([bytes, Buffer.from(`\nvars: { n: ${"9".repeat(count * 20)}, e: 1e${count * 40} }\n`)]),
  ),
);

/** Damaged files; which original and which edits depends on the seed only. */
export function damagedConfigs(): fc.Arbitrary<Buffer> {
  const all = originals();
  return fc
    .tuple(fc.constantFrom(...all), fc.array(edit, { minLength: 1, maxLength: 5 }))
    .map(([original, edits]) => edits.reduce((bytes, one) => one(bytes), original));
}
