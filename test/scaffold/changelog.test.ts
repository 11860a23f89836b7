/** Changelogs by keepachangelog.com: cutting a version moves what is unreleased, and nothing else. */
import { describe, expect, test } from "vitest";

import { cutChangelog, unreleasedOf } from "../../src/scaffold/changelog.ts";

const release = { version: "1.2.0", tag: "v1.2.0", date: "2026-01-30", file: "CHANGELOG.md" };

/** As https://keepachangelog.com/en/1.1.0/ shows it, shortened. */
const before = `# Changelog

All notable changes to this project will be documented in this file.

## [Unreleased]

### Added

- v1.1 Brazilian Portuguese translation.

\`\`\`md
## [9.9.9] - in code
\`\`\`

## [1.1.1] - 2023-03-05

### Fixed

- Typos.   

[unreleased]: https://github.com/o/r/compare/v1.1.1...HEAD
[1.1.1]: https://github.com/o/r/compare/v1.1.0...v1.1.1
`;

describe("cutting a version", () => {
  test("puts its heading over what was unreleased, with links that compare tags", () => {
    expect(cutChangelog(before, release)).toBe(
      before
        .replace("## [Unreleased]\n", "## [Unreleased]\n\n## [1.2.0] - 2026-01-30\n")
        .replace(
          "[unreleased]: https://github.com/o/r/compare/v1.1.1...HEAD\n",
          "[unreleased]: https://github.com/o/r/compare/v1.2.0...HEAD\n[1.2.0]: https://github.com/o/r/compare/v1.1.1...v1.2.0\n",
        ),
    );
  });

  test("keeps every other byte: line ends of Windows, a byte order mark, no line break at the end", () => {
    const text = `\uFEFF${before.trimEnd().replaceAll("\n", "\r\n")}`;
    const cut = cutChangelog(text, release);
    expect(cut).toBe(`\uFEFF${cutChangelog(before, release).trimEnd().replaceAll("\n", "\r\n")}`);
    const open = "## [Unreleased]\n- a\n\n[Unreleased]: https://forge/o/r/compare/1.0.0...main";
    expect(cutChangelog(open, release)).toBe(
      "## [Unreleased]\n\n## [1.2.0] - 2026-01-30\n- a\n\n[Unreleased]: https://forge/o/r/compare/v1.2.0...main\n[1.2.0]: https://forge/o/r/compare/1.0.0...v1.2.0",
    );
  });

  test("twice in a row is a chain of versions", () => {
    const first = cutChangelog(before, release);
    const second = cutChangelog(first.replace("## [Unreleased]\n", "## [Unreleased]\n\n- More.\n"), {
      ...release,
      version: "1.3.0",
      tag: "v1.3.0",
      date: "2026-02-01",
    });
    expect(second).toContain("## [Unreleased]\n\n## [1.3.0] - 2026-02-01\n\n- More.\n\n## [1.2.0] - 2026-01-30\n");
    expect(second).toContain(
      "compare/v1.3.0...HEAD\n[1.3.0]: https://github.com/o/r/compare/v1.2.0...v1.3.0\n[1.2.0]: https://github.com/o/r/compare/v1.1.1...v1.2.0\n",
    );
  });

  test.each([
    ["## Unreleased\n- a\n\n## v1.1.0 (2025-01-01)\n", "## v1.2.0 (2026-01-30)"],
    ["## Unreleased\n- a\n\n## 1.1.0 – 2025-01-01 [YANKED]\n", "## 1.2.0 – 2026-01-30"],
    ["## [Unreleased]\n- a\n\n## [v1.1.0] - 2025-01-01\n", "## [v1.2.0] - 2026-01-30"],
    ["## [Unreleased]\n- a\n\n## [1.1.0](https://forge/o/r) (2025-01-01)\n", "## [1.2.0] - 2026-01-30"],
    ["## Unreleased\n- a\n", "## 1.2.0 - 2026-01-30"],
  ])("writes its heading as the file writes headings: %j", (text, heading) => {
    expect(cutChangelog(text, release).split("\n").slice(0, 4)).toEqual([text.split("\n")[0], "", heading, "- a"]);
  });

  test.each([
    [
      "https://github.com/o/r/commits/main",
      "https://github.com/o/r/compare/v1.2.0...HEAD",
      "https://github.com/o/r/releases/tag/v1.2.0",
    ],
    [
      "https://gitlab.com/g/s/r/-/commits/main",
      "https://gitlab.com/g/s/r/-/compare/v1.2.0...HEAD",
      "https://gitlab.com/g/s/r/-/releases/v1.2.0",
    ],
    [
      "https://gitlab.com/o/r/-/compare/v1.0.0...HEAD",
      "https://gitlab.com/o/r/-/compare/v1.2.0...HEAD",
      "https://gitlab.com/o/r/-/compare/v1.0.0...v1.2.0",
    ],
    [
      "https://bitbucket.org/o/r/branches/compare/HEAD%0Dv1.0.0",
      "https://bitbucket.org/o/r/branches/compare/HEAD%0Dv1.2.0",
      "https://bitbucket.org/o/r/branches/compare/v1.2.0%0Dv1.0.0",
    ],
    [
      "https://git.sr.ht/~o/r/log/v1.0.0..HEAD",
      "https://git.sr.ht/~o/r/log/v1.2.0..HEAD",
      "https://git.sr.ht/~o/r/log/v1.0.0..v1.2.0",
    ],
  ])("follows the forge that the link names: %s", (link, unreleased, version) => {
    expect(cutChangelog(`## [Unreleased]\n- a\n\n[Unreleased]: ${link}\n`, release)).toContain(
      `\n[Unreleased]: ${unreleased}\n[1.2.0]: ${version}\n`,
    );
  });

  test("leaves a link alone that compares nothing", () => {
    const text = "## [Unreleased]\n- a\n\n[Unreleased]: https://example.org/next\n";
    expect(cutChangelog(text, release)).toBe(
      "## [Unreleased]\n\n## [1.2.0] - 2026-01-30\n- a\n\n[Unreleased]: https://example.org/next\n",
    );
  });

  test.each([
    ["file.missing", "# Changelog\n\n## [1.1.0] - 2025-01-01\n- a\n"],
    ["file.missing", "<!--\n## [Unreleased]\n-->\n- a\n"],
    ["plan.empty", "## [Unreleased]\n\n### Added\n\n<!-- nothing\nyet -->\n\n## [1.1.0] - 2025-01-01\n- a\n"],
    ["plan.empty", "## [Unreleased]\n\n[Unreleased]: https://forge/o/r/compare/v1...HEAD\n"],
    ["plan.collision", "## [Unreleased]\n- a\n\n## [v1.2.0] - 2025-01-01\n- a\n"],
  ])("is refused with %s where that would be no version: %j", (code, text) => {
    expect(() => cutChangelog(text, release)).toThrow(expect.objectContaining({ code }));
  });
});

test("what is unreleased is the text under its heading", () => {
  expect(unreleasedOf(before)).toBe(
    "### Added\n\n- v1.1 Brazilian Portuguese translation.\n\n```md\n## [9.9.9] - in code\n```",
  );
  expect(unreleasedOf("## [Unreleased]\n\n### Added\n")).toBe("");
  expect(unreleasedOf("## [Unreleased]\n\n- a\n\n[unreleased]: https://forge/o/r/compare/v1...HEAD\n")).toBe("- a");
  expect(unreleasedOf("## [1.0.0]\n- a\n")).toBeUndefined();
});
