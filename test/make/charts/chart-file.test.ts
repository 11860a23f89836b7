/** Chart.yaml of a release: its author's, with version, app version and annotations set. */
import { describe, expect, it } from "vitest";

import { setChart } from "../../../src/make/charts/chart-file.ts";
import { problemsOf } from "../../../src/model/problem.ts";

const set = (text: string, annotations: Readonly<Record<string, string>> = {}): string =>
  setChart(text, "Chart.yaml", { version: "1.2.3", appVersion: "1.10", annotations });

describe("Chart.yaml", () => {
  it("has the release's version, and its author's comments and order", () => {
    const text = "# ours\nname: cell0\n\nversion: 0.0.0   # by the release\napiVersion: v2\nappVersion: 1.0 # too\n";
    expect(set(text)).toBe(text.replace("0.0.0 ", '"1.2.3" ').replace("1.0 #", '"1.10" #'));
  });

  it("gets what it lacks", () => {
    expect(set("apiVersion: v2\nname: cell0\n")).toBe(
      'appVersion: "1.10"\nversion: "1.2.3"\napiVersion: v2\nname: cell0\n',
    );
    expect(set("name: cell0\nversion: 1.0.0\n")).toBe('name: cell0\nappVersion: "1.10"\nversion: "1.2.3"\n');
    expect(set('{ "name": "cell0", "version": "1.0.0" }')).toBe(
      '{ "name": "cell0", appVersion: "1.10", "version": "1.2.3" }',
    );
  });

  it("gets annotations over its own", () => {
    const text = 'version: "1.2.3"\nappVersion: "1.10"\nannotations:\n  # kept\n  a: x\n  b: y\n';
    expect(set(text, { b: "z", "c.d/e": 'say "hi"' })).toBe(
      'version: "1.2.3"\nappVersion: "1.10"\nannotations:\n  # kept\n  c.d/e: "say \\"hi\\""\n  a: x\n  b: "z"\n',
    );
    expect(set('version: "1.2.3"\nappVersion: "1.10"\n', { a: "x", b: "y" })).toBe(
      'annotations: {b: "y", "a":"x"}\nversion: "1.2.3"\nappVersion: "1.10"\n',
    );
  });

  it("that is no map, or no YAML, is refused at its line", () => {
    for (const text of ["", "- a\n", "name: [\n", "a: 1\na: 2\n", "a: 1\n---\nb: 1\n"]) {
      let places: readonly (number | undefined)[] = [];
      try {
        set(text);
      } catch (thrown) {
        places = (problemsOf(thrown) ?? []).map(({ place }) => place?.line);
      }
      expect(places.length, JSON.stringify(text)).toBeGreaterThan(0);
    }
  });
});
