/** What is public is compared with what was published, byte for byte, and a server's word is taken only for what was right before. */
import { expect, test } from "vitest";

import { Problem } from "../../src/model/problem.ts";
import { observe, type Read, type Tags } from "../../src/publish/watch.ts";
import { bytesOf, digestOf } from "../store/artifacts.ts";

const texts = { "a.txt": "one", "b.txt": "two", "c.txt": "three" };
const published = Object.entries(texts).map(([name, text]) => ({ name, digest: digestOf(text), size: text.length }));
const signal = new AbortController().signal;
const there = (text: string, tag?: string): Read => ({ state: "there", bytes: bytesOf(text), tag });
const textOf = (name: string): string => texts[name as keyof typeof texts];

test("nothing changed", async () => {
  const read = async (name: string): Promise<Read> => there(textOf(name));
  expect(await observe({ name: "site", published, read }, new Map(), signal)).toEqual({
    place: "site",
    files: 3,
    same: 0,
    changes: [],
    problems: [],
  });
});

test("other bytes, longer ones, and files that are gone are changes; what cannot be read is none, and is told", async () => {
  const answers: Readonly<Record<string, () => Read>> = {
    "a.txt": () => there("uno"),
    "b.txt": () => ({ state: "gone" }),
    "c.txt": () => {
      throw new Problem("store.unreachable", "no answer");
    },
  };
  const read = async (name: string): Promise<Read> => answers[name]?.() ?? { state: "gone" };
  const { changes, problems } = await observe({ name: "site", published, read }, new Map(), signal);
  expect(changes).toEqual([
    { name: "a.txt", published: digestOf("one"), now: digestOf("uno") },
    { name: "b.txt", published: digestOf("two"), now: undefined },
  ]);
  expect(problems).toMatchObject([{ code: "store.unreachable" }]);
  const endless = async (): Promise<Read> => ({ state: "there", bytes: forEver() });
  expect((await observe({ name: "site", published, read: endless }, new Map(), signal)).changes).toHaveLength(3);
});

async function* forEver(): AsyncGenerator<Uint8Array> {
  for (;;) yield Buffer.from("more and more of it, and no end");
}

test("what was right is asked for by its tag the next time; what was not is read again", async () => {
  const tags: Tags = new Map();
  const asked: (string | undefined)[] = [];
  const first = async (name: string): Promise<Read> => there(name === "a.txt" ? "uno" : textOf(name), `"${name}"`);
  await observe({ name: "site", published, read: first }, tags, signal);
  const second = async (name: string, tag: string | undefined): Promise<Read> => {
    asked.push(tag);
    return tag === undefined ? there(textOf(name)) : { state: "same" };
  };
  const { same, changes } = await observe({ name: "site", published, read: second }, tags, signal);
  expect(asked).toEqual([undefined, '"b.txt"', '"c.txt"']);
  expect({ same, changes }).toEqual({ same: 2, changes: [] });
});
