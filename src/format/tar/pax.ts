/** PAX extended header records (POSIX.1-2001, pax Extended Header): `LENGTH KEY=VALUE\n`, written and read. */
import { Problem } from "../../model/problem.ts";

/** Records by key, in the order they are written. */
export type PaxRecords = ReadonlyMap<string, string>;

export function writePax(records: PaxRecords): Uint8Array {
  return Buffer.concat([...records].map(([key, value]) => writeRecord(key, value)));
}

/** The length counts its own digits, so it is found by trying. */
function writeRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

/** Fails with `format.invalid` on anything that is not a list of records, and on a key that comes twice. */
export function readPax(bytes: Uint8Array): PaxRecords {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const records = new Map<string, string>();
  for (let start = 0; start < data.length;) {
    const blank = data.indexOf(0x20, start);
    const digits = blank < 0 ? "" : data.toString("latin1", start, blank);
    const end = /^[1-9][0-9]{0,9}$/.test(digits) ? start + Number(digits) : 0;
    if (end <= blank + 1 || end > data.length || data[end - 1] !== 0x0a) throw damaged();
    const equals = data.indexOf(0x3d, blank + 1);
    if (equals < 0 || equals >= end - 1 || equals === blank + 1) throw damaged();
    const key = decode(data.subarray(blank + 1, equals));
    if (records.has(key)) throw new Problem("format.invalid", `The PAX record "${key}" comes twice`);
    records.set(key, decode(data.subarray(equals + 1, end - 1)));
    start = end;
  }
  return records;
}

function damaged(): Problem {
  return new Problem("format.invalid", "A PAX header is damaged", {
    expected: "records of the form `LENGTH KEY=VALUE`",
  });
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Problem("format.invalid", "A PAX record is not UTF-8", { cause });
  }
}
