/** Progress of publishing: what is told fits what is done there. */
import { afterEach, expect, test, vi } from "vitest";

import { showPlaces } from "../../../src/cli/output/places.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("an image is sent as one file, and has as many names as it has", () => {
  vi.useFakeTimers();
  const lines: string[] = [];
  vi.spyOn(process.stderr, "write").mockImplementation((text) => lines.push(String(text)) > 0);
  const shown = showPlaces({ verbose: true }, new Map([["hub", 1]]));
  const receipt = (act: "put" | "point", name: string): void =>
    shown.receipt("hub", { act, name, digest: `sha256:${"0".repeat(64)}`, outcome: "done" });
  receipt("put", "tool_image.tar");
  vi.advanceTimersByTime(10_000);
  shown.phase("check");
  vi.advanceTimersByTime(10_000);
  shown.phase("promote");
  for (const tag of ["1.0.0", "1.0.0-amd64", "1.0.0-arm64"]) receipt("point", `ghcr.io/acme/tool:${tag}`);
  vi.advanceTimersByTime(10_000);
  shown.close();
  const told = lines.join("").split("\n");
  expect(told).toEqual(
    expect.arrayContaining(["sending to hub 1/1", "reading back from hub", "publishing to hub, 3 names moved"]),
  );
});
