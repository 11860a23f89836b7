/** Filters do what their examples say, and agree with the tools they are named after. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { compileTemplate } from "../../../src/input/index.ts";
import { filters, liquidFilters } from "../../../src/input/template/filters/table.ts";
import { problemsOf } from "../../../src/model/problem.ts";

const root = mkdtempSync(join(tmpdir(), "slipway-filters-"));
afterAll(() => rmSync(root, { recursive: true }));

function render(source: string, scope = {}): string {
  return compileTemplate(source, undefined, root).render(scope);
}

function refusal(source: string, scope = {}): string {
  try {
    return `gave ${render(source, scope)}`;
  } catch (thrown) {
    return (problemsOf(thrown) ?? []).map(({ code, message }) => `${code} ${message}`).join();
  }
}

describe("every filter", () => {
  const examples = filters.flatMap(({ example }) => (example === undefined ? [] : [example]));

  it.each(examples)("gives what the reference says: {{ %s }} is %s", (expression, result) => {
    expect(render(`{{ ${expression} }}`)).toBe(result);
  });

  it("has a name of its own", () => {
    const names = [...filters.map(({ name }) => name), ...liquidFilters];
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(filters.map(({ name }) => name))("%s refuses what it cannot work with by a problem", (name) => {
    for (const input of [null, [[]], { a: {} }, [null]]) {
      for (const args of ["", ": nothing", ": input", ": 'x', input"]) {
        expect(() => refusal(`{{ input | ${name}${args} }}`, { input, nothing: null })).not.toThrow();
      }
    }
  });
});

describe("versions", () => {
  it.each([
    ["1.2.3", "major", "2.0.0"],
    ["v1.2.3", "minor", "v1.3.0"],
    ["1.2.3", "patch", "1.2.4"],
    ["1.2.3-rc.1", "patch", "1.2.3"],
    ["1.2.3-rc.1+b", "minor", "1.3.0"],
    ["1.2", "patch", "1.2.1"],
  ])("%s with the %s bumped is %s", (version, part, expected) => {
    expect(render(`{{ v | bump: '${part}' }}`, { v: version })).toBe(expected);
  });

  it("that are none are refused", () => {
    expect(refusal("{{ 'x' | bump: 'patch' }}")).toBe(
      'template.failed a filter refuses: "x" is not a version such as 1.2.3',
    );
    expect(refusal("{{ '1.2.3' | bump: 'build' }}")).toMatch(/major, minor or patch/);
  });
});

describe("digests", () => {
  const tools: readonly (readonly [filter: string, command: string, ...args: readonly string[]])[] = [
    ["md5", "md5sum"],
    ["sha1", "sha1sum"],
    ["sha224", "sha224sum"],
    ["sha256", "sha256sum"],
    ["sha384", "sha384sum"],
    ["sha512", "sha512sum"],
    ["blake2b", "b2sum"],
    ["sha3_224", "openssl", "dgst", "-r", "-sha3-224"],
    ["sha3_256", "openssl", "dgst", "-r", "-sha3-256"],
    ["sha3_384", "openssl", "dgst", "-r", "-sha3-384"],
    ["sha3_512", "openssl", "dgst", "-r", "-sha3-512"],
    ["blake2s", "openssl", "dgst", "-r", "-blake2s256"],
  ];

  it.each(tools)("%s of text and file are those of %s", (filter, command, ...args) => {
    writeFileSync(join(root, "some file"), "héllo");
    const [digest] = execFileSync(command, [...args, join(root, "some file")], { encoding: "utf8" }).split(" ");
    expect(render(`{{ 'héllo' | ${filter} }}`)).toBe(digest);
    expect(render(`{{ 'some file' | ${filter}File }}`)).toBe(digest);
  });

  it("crc32 and blake3 are those of their published vectors", () => {
    expect(render("{{ '123456789' | crc32 }}")).toBe("cbf43926");
    expect(render("{{ 'IETF' | blake3 }}")).toBe("83a2de1ee6f4e6ab686889248f4ec0cf4cc5709446a682ffd1cbb4d6165181e2");
  });

  it("of a file that is not there are refused", () => {
    expect(refusal("{{ 'nope' | sha256File }}")).toBe('template.failed a filter refuses: there is no file "nope"');
  });
});

describe("filters that cannot work with what they are given", () => {
  it.each([
    ["a folder", "'.' | sha256File", "a filter refuses: .: "],
    ["nothing", "nil | upper", "a filter refuses: its input is nothing, not text"],
    ["what is no base64", "'a' | base64_decode", "invalid base64"],
    ["what is no URL", "'%zz' | url_decode", "URI malformed"],
  ])("fail as filters, not as syntax, for %s", (_, expression, words) => {
    expect(refusal(`{{ ${expression} }}`)).toContain(`template.failed ${words}`);
  });
});

describe("times", () => {
  it("are date(1)'s in UTC", () => {
    const format = "%Y %y %m %d %e %H %I %M %S %j %a %A %b %B %p %u %w %s %F %T %R %D %% %-d %-m %-H";
    for (const time of [
      "2026-01-30T12:00:00Z",
      "2024-02-29T23:59:59Z",
      "1999-12-31T00:05:09Z",
      "2026-11-21T01:02:03+09:00",
    ]) {
      const expected = execFileSync("date", ["-u", "-d", time, `+${format}`], {
        encoding: "utf8",
        env: { ...process.env, LC_ALL: "C", TZ: "UTC" },
      });
      expect(render(`{{ t | time: '${format}' }}`, { t: time })).toBe(expected.trimEnd());
    }
  });

  it("come from seconds as well, and never from the machine's clock or zone", () => {
    expect(render("{{ t | time: '%F %T' }}", { t: 1_769_774_400 })).toBe("2026-01-30 12:00:00");
    expect(refusal("{{ 'now' | date: '%Y' }}")).toMatch(/^template\.failed/);
    expect(refusal("{{ '2026-01-30 12:00' | date: '%Y' }}")).toMatch(/^template\.failed/);
  });
});

describe("regular expressions", () => {
  it("are Go's where people bring those", () => {
    expect(render("{{ 'v1.2.3' | replaceRegex: '^v(?P<major>[0-9]+).*', '${major}.x' }}")).toBe("1.x");
    expect(render("{{ 'ABC' | replaceRegex: '(?i)b', '-' }}")).toBe("A-C");
  });

  it("that take exponential time are stopped", () => {
    const start = performance.now();
    expect(refusal("{{ t | matches: '^(a+)+$' }}", { t: `${"a".repeat(60)}b` })).toMatch(/took longer than/);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it("that are none are refused", () => {
    expect(refusal("{{ 'a' | replaceRegex: '(', '' }}")).toMatch(/^template\.failed/);
  });

  it("filter lines and lists", () => {
    const t = "feat: a\nfix: b\nfeat: c";
    expect(render("{{ t | filter: '^feat' }}", { t })).toBe("feat: a\nfeat: c");
    expect(render("{{ t | reverseFilter: '^feat' }}", { t })).toBe("fix: b");
  });
});

describe("files", () => {
  it("are read from the project", () => {
    writeFileSync(join(root, "VERSION"), "1.2.3\n");
    expect(render("{{ 'VERSION' | readFile }}-{{ 'VERSION' | mustReadFile }}-{{ 'nope' | readFile }}")).toBe(
      "1.2.3-1.2.3-",
    );
    expect(refusal("{{ 'nope' | mustReadFile }}")).toMatch(/there is no file "nope"/);
    expect(render("{{ 'a/../b' | abs }}")).toBe(join(root, "b"));
    expect(render("{{ n | abs }}", { n: -3 })).toBe("3");
  });
});
