/** What was said of a Release already: a file beside it, since no service that takes webhooks can be asked. Without it, all is said again. */
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type { Digest } from "../../model/artifact.ts";
import { errnoOf, onDisk } from "../../model/disk.ts";
import { readableJson } from "../../model/json.ts";
import { Problem } from "../../model/problem.ts";
import { z } from "../../model/schema.ts";
import { replaceFile } from "../../store/files.ts";

/** `sending` is written before, so that a run that was killed meanwhile leaves behind that nobody knows. */
const entry = z.strictObject({ state: z.enum(["sending", "said"]), time: z.string(), url: z.string().optional() });
const shape = z.strictObject({ release: z.string(), announcements: z.record(z.string(), entry) });

export type Remembered = z.output<typeof entry>;

export interface AnnounceRecord {
  find(name: string): Remembered | undefined;
  /** Each is on the disk when it returns. */
  sending(name: string): Promise<void>;
  said(name: string, url: string | undefined): Promise<void>;
  forget(name: string): Promise<void>;
}

/** The record's file: beside the Release's folder, since it is no part of the Release. */
export function announcedPath(folder: string): string {
  return join(dirname(folder), `${basename(folder)}.announced.json`);
}

/** Of this Release: what was said of another one that lay there is forgotten. Fails with `format.invalid` where it cannot be read. */
export async function openRecord(path: string, release: Digest, now: () => number): Promise<AnnounceRecord> {
  const entries = new Map(Object.entries(await readEntries(path, release)));
  let written: Promise<void> = Promise.resolve();
  const save = (): Promise<void> => {
    const kept = [...entries].map(
      ([name, { state, time, url }]) => [name, { state, time, ...(url && { url }) }] as const,
    );
    const text = readableJson({ release, announcements: Object.fromEntries(kept) });
    written = written.catch(() => {}).then(() => replaceFile(path, Buffer.from(text), { mode: 0o644, sync: true }));
    return written;
  };
  const set = (name: string, state: Remembered["state"], url?: string): Promise<void> => {
    entries.set(name, { state, time: new Date(now()).toISOString(), ...(url === undefined ? {} : { url }) });
    return save();
  };
  return {
    find: (name) => entries.get(name),
    sending: (name) => set(name, "sending"),
    said: (name, url) => set(name, "said", url),
    forget(name) {
      entries.delete(name);
      return save();
    },
  };
}

async function readEntries(path: string, release: Digest): Promise<Readonly<Record<string, Remembered>>> {
  const text = await onDisk(path, () => readFile(path, "utf8").catch(nothingThere));
  if (text === undefined) return {};
  try {
    const read = shape.parse(JSON.parse(text));
    return read.release === release ? read.announcements : {};
  } catch (cause) {
    throw new Problem("format.invalid", `${path} is no record of announcements`, {
      hint: "Remove it, if everything may be announced again.",
      cause,
    });
  }
}

function nothingThere(thrown: unknown): undefined {
  if (errnoOf(thrown) === "ENOENT") return undefined;
  throw thrown;
}
