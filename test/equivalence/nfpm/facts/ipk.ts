/** Reads an ipk by taking its three archives apart with GNU tar. */
import { execFileSync } from "node:child_process";
import { gunzipSync } from "node:zlib";
import { readFileSync } from "node:fs";

import type { PackageFacts } from "../differences.ts";
import { controlFileFacts } from "./deb822.ts";
import { tarFacts, tarText } from "./tar.ts";

export function ipkFacts(path: string): PackageFacts {
  const outer = gunzipSync(readFileSync(path));
  const control = inner(outer, "./control.tar.gz");
  const names = [...tarFacts(control).keys()].flatMap((key) => /^file \/(.+) size$/.exec(key)?.[1] ?? []);
  const files = names.flatMap((name) => [...controlFileFacts(name, tarText(control, `./${name}`) ?? "")]);
  return new Map([...files, ...tarFacts(inner(outer, "./data.tar.gz"))]);
}

function inner(outer: Buffer, name: string): Buffer {
  return gunzipSync(
    execFileSync("tar", ["--extract", "--to-stdout", "--file=-", name], { input: outer, maxBuffer: 1 << 28 }),
  );
}
