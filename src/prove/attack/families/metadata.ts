/** Attacks on TUF metadata, by one who serves it and has none of its keys. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import type { JsonObject } from "../../../model/json.ts";
import { type Odd, onMetadata, type Trick } from "../played.ts";
import type { Metadata } from "../world.ts";

interface Signed {
  signed: JsonObject & { version: number };
  signatures: JsonObject[];
}

/** The same metadata with something else in it, under the signatures it had. */
function edited(edit: (document: Signed) => void): Odd {
  return (bytes) => {
    if (bytes === undefined) return undefined;
    const document = JSON.parse(Buffer.from(bytes).toString("utf8")) as Signed;
    edit(document);
    return Buffer.from(JSON.stringify(document));
  };
}

/** File names of a role, newest first: `3.snapshot.json`, `2.snapshot.json`. */
async function versionsOf({ folder }: Metadata, role: string): Promise<readonly string[]> {
  const ending = `.${role}.json`;
  const names = (await readdir(folder)).filter((name) => name.endsWith(ending) && /^\d+\./.test(name));
  return names.toSorted((a, b) => Number.parseInt(b, 10) - Number.parseInt(a, 10));
}

export const rollback = onMetadata(1, "rollback", async (metadata) => {
  const tricks: Trick[] = [
    {
      what: "timestamp.json is of an earlier version",
      odd: { "timestamp.json": edited(({ signed }) => (signed.version -= 1)) },
    },
  ];
  for (const role of ["snapshot", "targets"]) {
    const [newest, ...older] = await versionsOf(metadata, role);
    for (const name of older.slice(0, 4)) {
      if (newest === undefined) continue;
      const bytes = await readFile(join(metadata.folder, name));
      tricks.push({ what: `${name} is served as ${newest}`, odd: { [newest]: () => bytes }, isNew: true });
    }
  }
  return tricks;
});

export const freeze = onMetadata(2, "freeze", async (_metadata, expires) => [
  { what: "the metadata has expired", now: expires + 1 },
  { what: "the clock went back two days", now: Math.floor(Date.now() / 1000) - 2 * 24 * 3600 },
]);

const farAhead = 2 ** 31;

export const fastForward = onMetadata(3, "fast-forward", async (metadata) => {
  const [snapshot = "snapshot.json"] = await versionsOf(metadata, "snapshot");
  return ["timestamp.json", snapshot].map((name) => ({
    what: `${name} is of the version ${farAhead}`,
    odd: {
      [name]: edited(({ signed }) => {
        signed.version = farAhead;
      }),
      // The client would not ask for what it has.
      "timestamp.json": edited(({ signed }) => {
        signed.version = farAhead;
      }),
    },
  }));
});

export const rotation = onMetadata(11, "rotation", async (metadata) => {
  const [newest = "1.root.json"] = await versionsOf(metadata, "root");
  const version = Number.parseInt(newest, 10);
  const bytes = await readFile(join(metadata.folder, newest));
  const next = `${version + 1}.root.json`;
  const served = (what: string, edit: (document: Signed) => void): Trick => ({
    what,
    odd: { [next]: () => edited(edit)(bytes) },
  });
  return [
    served("the next root is signed by nobody", (document) => {
      document.signed.version = version + 1;
      document.signatures = [];
    }),
    served("the next root has the signatures of the one before", ({ signed }) => {
      signed.version = version + 1;
    }),
    served("the next root is two versions on", ({ signed }) => {
      signed.version = version + 2;
    }),
    served("the next root is the same once more", () => {}),
    served("the next root asks for no signatures", ({ signed }) => {
      signed.version = version + 1;
      for (const role of Object.values(signed["roles"] as Record<string, { threshold: number }>)) role.threshold = 0;
    }),
    { what: "the next root is no JSON", odd: { [next]: () => Buffer.from("{") } },
  ];
});

export const rejectedNeverKept = onMetadata(15, "what is refused is not kept", async () => [
  {
    what: "timestamp.json is signed by nobody",
    odd: {
      "timestamp.json": edited((document) => {
        document.signed.version += 1;
        document.signatures = [];
      }),
    },
  },
  { what: "timestamp.json is no JSON", odd: { "timestamp.json": () => Buffer.from("{") } },
  { what: "timestamp.json is larger than any", odd: { "timestamp.json": () => Buffer.alloc(32 * 1024 * 1024, " ") } },
]);
