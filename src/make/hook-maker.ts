/** The maker of `before` steps: their command is their hook, and they leave nothing. */
import type { Maker } from "./maker.ts";

export const hookMaker: Maker = {
  kind: "hook",
  version: 1,
  memory: 0,
  async make() {
    return { made: [] };
  },
};
