/** Where Slipway keeps what it verified: where each system keeps state, and where the operator says. */
import { expect, it } from "vitest";

import { stateFolder } from "../../src/cli/state-folder.ts";

it("is the system's folder for state, or the one that is named", () => {
  expect(stateFolder({ HOME: "/home/a" }, "linux")).toBe("/home/a/.local/state/slipway");
  expect(stateFolder({ HOME: "/home/a", XDG_STATE_HOME: "/s" }, "linux")).toBe("/s/slipway");
  expect(stateFolder({ HOME: "/home/a", XDG_STATE_HOME: "s" }, "linux")).toBe("/home/a/.local/state/slipway");
  expect(stateFolder({ HOME: "/Users/a" }, "darwin")).toBe("/Users/a/Library/Application Support/slipway");
  expect(stateFolder({ LOCALAPPDATA: "/local" }, "win32")).toBe("/local/slipway");
  expect(stateFolder({ HOME: "/home/a", SLIPWAY_STATE: "/own" }, "linux")).toBe("/own");
  expect(() => stateFolder({}, "linux")).toThrow(/no home folder/);
});
