/** Readers of other languages, compiled for the purpose: Go's compress/gzip and Rust's flate2. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import { gzip } from "../../src/format/gzip.ts";
import { needs } from "../judges.ts";
import { collect, contentOf, inline, run, scratch } from "./contents.ts";
import { chunk, random, text } from "./deflate/samples.ts";

const large = text(2 * chunk + 5);
const whole = Buffer.concat([Buffer.from("head"), large, random(200_000), Buffer.from("tail")]);
const segments = [Buffer.from("head"), contentOf(large), contentOf(random(200_000)), Buffer.from("tail")];

// With multistream off it reads the first member alone, and then the input must be at its end.
const goReader = `package main

import ("bufio"; "compress/gzip"; "io"; "os")

func main() {
	in := bufio.NewReader(os.Stdin)
	reader, err := gzip.NewReader(in)
	if err != nil { panic(err) }
	reader.Multistream(false)
	if _, err := io.Copy(os.Stdout, reader); err != nil { panic(err) }
	if _, err := in.ReadByte(); err != io.EOF { panic("bytes behind the first member") }
}
`;

needs("go")("Go's compress/gzip finds all of it in the first member", async ({ go }) => {
  const folder = scratch();
  writeFileSync(join(folder, "main.go"), goReader);
  writeFileSync(join(folder, "go.mod"), "module reader\n\ngo 1.21\n");
  run(go, ["build", "-o", "reader", "."], { cwd: folder });
  const read = run(join(folder, "reader"), [], { input: await collect(gzip(segments, inline)) });
  expect(read.equals(whole)).toBe(true);
});

// GzDecoder stops after the first member; MultiGzDecoder would not.
const rustReader = `use std::io::{copy, stdin, stdout, Read};

fn main() {
    let mut decoder = flate2::bufread::GzDecoder::new(stdin().lock());
    copy(&mut decoder, &mut stdout()).unwrap();
    assert_eq!(decoder.into_inner().read(&mut [0]).unwrap(), 0);
}
`;

needs("cargo")("Rust's GzDecoder finds all of it in the first member", async ({ cargo }, context) => {
  const folder = scratch();
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "src/main.rs"), rustReader);
  writeFileSync(
    join(folder, "Cargo.toml"),
    '[package]\nname = "reader"\nversion = "0.0.0"\nedition = "2021"\n\n[dependencies]\nflate2 = "=1.1.2"\n',
  );
  try {
    run(cargo, ["fetch", "--quiet"], { cwd: folder });
  } catch {
    context.skip("the crate flate2 is not to be had here");
  }
  run(cargo, ["build", "--quiet"], { cwd: folder });
  const read = run(join(folder, "target/debug/reader"), [], { input: await collect(gzip(segments, inline)) });
  expect(read.equals(whole)).toBe(true);
});
