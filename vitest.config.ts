/** The test runner: quick tests first, then the slow ones, which get minutes instead of seconds. */

import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import LongestFirst from "./test/setup/order.ts";

const SLOW = "test/**/*.slow.test.ts";

export default defineConfig({
  test: {
    // Nobody's own git settings may change what a test sees.
    env: { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
    globalSetup: ["./test/setup/program.ts"],
    setupFiles: ["./test/setup/seed.ts"],
    // All cores: most tests wait for one program at a time, so that one core fewer would leave two of two half idle.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: LongestFirst },
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
