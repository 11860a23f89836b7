/** The journal of a Release: what was meant and what was done where, line by line. It explains; nothing is ever decided by it. */
import { open, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { onDisk } from "../model/disk.ts";
import { canonicalJson, type JsonObject } from "../model/json.ts";
import type { Receipt } from "../model/store.ts";

/** An effect that is about to be tried. */
export type Intent = Pick<Receipt, "act" | "name"> & Partial<Pick<Receipt, "digest">>;

export interface Journal {
  /** Appends a line that says what will be tried next, and waits until it is on the disk. */
  intend(store: string, intent: Intent): Promise<void>;
  /** Appends a line that says what became of it; it is on the disk with the next intent, and at the end. */
  note(store: string, receipt: Receipt): Promise<void>;
  close(): Promise<void>;
}

/** The journal's file: beside the Release's folder, since it is no part of the Release. */
export function journalPath(folder: string): string {
  return join(dirname(folder), `${basename(folder)}.receipts.jsonl`);
}

/** Opens the journal for appending. `now` gives milliseconds since 1970. Fails with `file.denied` and `disk.full`. */
export async function openJournal(path: string, now: () => number): Promise<Journal> {
  const file = await onDisk(path, () => open(path, "a+"));
  const append = (line: JsonObject): Promise<void> =>
    onDisk(path, () => file.appendFile(`${canonicalJson({ ...line, time: new Date(now()).toISOString() })}\n`));
  const sync = together(() => onDisk(path, () => file.datasync()));
  if (await isTorn(path, file)) await onDisk(path, () => file.appendFile("\n"));
  return {
    async intend(store, { act, name, digest }) {
      await append({ store, intent: act, name, ...(digest === undefined ? {} : { digest }) });
      await sync();
    },
    note: (store, { act, name, digest, outcome, why }) =>
      append({ store, act, name, digest, outcome, ...(why === undefined ? {} : { why }) }),
    async close() {
      try {
        await sync();
      } finally {
        await file.close();
      }
    },
  };
}

/** Those who ask while it is done wait for the next time, which is one for all of them. */
function together(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= running
      .catch(() => {}) // whoever waited for that one was told
      .then(() => {
        next = undefined;
        running = work();
        return running;
      });
    return next;
  };
}

/** Whether its last line has no end, as a power cut leaves it. */
async function isTorn(path: string, file: Awaited<ReturnType<typeof open>>): Promise<boolean> {
  const { size } = await onDisk(path, () => stat(path));
  if (size === 0) return false;
  const { buffer } = await onDisk(path, () => file.read(Buffer.alloc(1), 0, 1, size - 1));
  return buffer[0] !== 0x0a;
}
