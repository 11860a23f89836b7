/** Versions taken apart for packages. */
import { expect, it } from "vitest";

import { splitVersion } from "../../src/plan/package-version.ts";

it.each([
  ["1.2.3", "1.2.3", "", ""],
  ["1.2.3-rc.1", "1.2.3", "rc.1", ""],
  ["1.2.3-rc.1+build.5", "1.2.3", "rc.1", "build.5"],
  ["1.2.3+build-5", "1.2.3", "", "build-5"],
  ["1.2.4-SNAPSHOT-0abc123", "1.2.4", "SNAPSHOT-0abc123", ""],
  ["1.2.3-4-g0abc123", "1.2.3", "", "4.g0abc123"],
  ["1.2.3-4-g0abc123-dirty", "1.2.3", "", "4.g0abc123.dirty"],
  ["1.2.3-dirty", "1.2.3", "", "dirty"],
  ["1.2.3-rc.1-4-g0abc123", "1.2.3", "rc.1", "4.g0abc123"],
])("%s is %s, %j before it and %j behind", (text, base, prerelease, metadata) => {
  expect(splitVersion(text)).toEqual({ base, prerelease, metadata });
});
