/** The journal of a Release: what was done where, line by line. It explains; nothing is ever decided by it. */
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { onDisk } from "../model/disk.ts";
import { canonicalJson } from "../model/json.ts";
import type { Receipt } from "../model/store.ts";

export interface Journal {
  /** Appends a line and waits until it is on the disk. */
  note(store: string, receipt: Receipt): Promise<void>;
  close(): Promise<void>;
}

/** The journal's file: beside the Release's folder, since it is no part of the Release. */
export function journalPath(folder: string): string {
  return join(dirname(folder), `${basename(folder)}.receipts.jsonl`);
}

/** Opens the journal for appending. `now` gives milliseconds since 1970. Fails with `file.denied` and `disk.full`. */
export async function openJournal(path: string, now: () => number): Promise<Journal> {
  const file = await onDisk(path, () => open(path, "a"));
  return {
    async note(store, { act, name, digest, outcome, why }) {
      const time = new Date(now()).toISOString();
      const line = canonicalJson({ time, store, act, name, digest, outcome, ...(why === undefined ? {} : { why }) });
      await onDisk(path, async () => {
        await file.appendFile(`${line}\n`);
        await file.datasync();
      });
    },
    close: () => file.close(),
  };
}
