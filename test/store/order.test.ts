/** Names move in an order in which nothing arrives before what it refs. */
import fc from "fast-check";
import { expect, test } from "vitest";

import { refsFirst } from "../../src/store/order.ts";
import { artifact } from "./artifacts.ts";

test("what refers comes after what it refers to, and everything else stays in order", () => {
  const a = artifact("a", "a");
  const b = artifact("b", "b");
  const signature = artifact("a.sig", "s", { subject: a.digest });
  const list = artifact("list", "l", { refs: [a.digest, b.digest] });
  const release = artifact("release", "r", { refs: [list.digest, b.digest, a.digest, signature.digest] });
  const names = refsFirst([release, signature, list, b, a]).map(({ name }) => name);
  expect(names).toEqual(["a", "b", "list", "a.sig", "release"].toSorted((x, y) => names.indexOf(x) - names.indexOf(y)));
  expect(names.at(-1)).toBe("release");
  expect(names.indexOf("list")).toBeGreaterThan(Math.max(names.indexOf("a"), names.indexOf("b")));
  expect(names.indexOf("a.sig")).toBeGreaterThan(names.indexOf("a"));
  expect(refsFirst([b, a]).map(({ name }) => name)).toEqual(["b", "a"]);
});

test("any set of artifacts comes out once each, refs first, however it was given", () => {
  const graphs = fc
    .uniqueArray(fc.nat(40), { minLength: 1, maxLength: 20 })
    .chain((ids) =>
      fc.tuple(
        fc.constant(ids),
        fc.array(fc.tuple(fc.nat(ids.length - 1), fc.nat(ids.length - 1)), { maxLength: 40 }),
        fc.shuffledSubarray(ids, { minLength: ids.length }),
      ),
    );
  fc.assert(
    fc.property(graphs, ([ids, edges, order]) => {
      const refsOf = (index: number) =>
        edges.filter(([from, to]) => from === index && to < index).map(([, to]) => ids[to]);
      const all = new Map(
        ids.map((id, index) => [
          id,
          artifact(String(id), String(id), { refs: refsOf(index).map((ref) => artifact("", String(ref)).digest) }),
        ]),
      );
      const ordered = refsFirst(order.flatMap((id) => all.get(id) ?? []));
      expect(ordered.length).toBe(ids.length);
      const seen = new Set<string>();
      for (const one of ordered) {
        for (const ref of one.refs) expect(seen).toContain(ref);
        seen.add(one.digest);
      }
      expect(seen.size).toBe(ids.length);
    }),
  );
});
