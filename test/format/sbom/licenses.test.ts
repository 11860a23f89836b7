/** Licenses as authors write them, and the SPDX expressions they mean. */
import { describe, expect, it } from "vitest";

import { allOf, licenseReader } from "../../../src/format/sbom/licenses.ts";

describe("a license", () => {
  it.each([
    ["MIT", "MIT"],
    ["mit", "MIT"],
    ["Apache-2.0 OR MIT", "Apache-2.0 OR MIT"],
    ["MIT/Apache-2.0", "MIT OR Apache-2.0"],
    ["GPL-2+", "GPL-2.0-or-later"],
    ["GPL-2", "GPL-2.0-only"],
    ["LGPL-2.1", "LGPL-2.1-only"],
    ["Expat", "MIT"],
    ["BSD-3-clause", "BSD-3-Clause"],
    ["GPL-2.0-or-later WITH GCC-exception-2.0", "GPL-2.0-or-later WITH GCC-exception-2.0"],
  ])("written as %s is %s", async (words, expression) => {
    expect((await licenseReader())(words)).toEqual({ expression });
  });

  it("that is no expression keeps its words", async () => {
    const read = await licenseReader();
    for (const words of ["SEE LICENSE IN LICENSE.md", "Custom", "MIT AND", "GPL-7x", ""])
      expect(read(words)).toEqual({ words });
    expect(read("(".repeat(100_000))).toMatchObject({ words: expect.stringMatching(/^\(+\.\.\.$/) });
  });

  it("is one of several that all hold", () => {
    expect(allOf(["MIT"])).toBe("MIT");
    expect(allOf(["MIT", "Apache-2.0 OR ISC"])).toBe("MIT AND (Apache-2.0 OR ISC)");
  });
});
