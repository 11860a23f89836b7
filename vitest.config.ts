/** The test runner: quick tests first, then the slow ones, which get minutes instead of seconds. */

import { defineConfig } from "vitest/config";

const SLOW = "test/**/*.slow.test.ts";

export default defineConfig({
  test: {
    // Nobody's own git settings may change what a test sees.
    env: { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
    reporters: ["default", "./test/setup/tally.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "quick",
          include: ["test/**/*.test.ts"],
          exclude: [SLOW],
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "slow",
          include: [SLOW],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
