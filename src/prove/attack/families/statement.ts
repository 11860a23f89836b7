/** Attacks on what release.json and the lists beside it say, by one who can write all of them: names, JSON, checksum lines, escapes. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { type Release, writeRelease } from "../../../format/release.ts";
import { type Attack, notApplicable, refusalOf, tryAll, type Variant } from "../attack.ts";
import { reissue, replace, type World } from "../world.ts";

/** A copy with another release.json, believed as it is: no signature stands in the way. */
function stated(world: World, what: string, text: string | Uint8Array): Variant {
  return {
    what,
    async verdict() {
      const folder = await world.copy();
      await replace(join(folder, "release.json"), text);
      return world.engine.folder(folder, undefined);
    },
  };
}

export const traversal: Attack = {
  number: 17,
  name: "names that lead elsewhere",
  async run(world) {
    const [first] = world.release.artifacts;
    if (first === undefined) return notApplicable("the release has no artifact");
    const names = [
      "../outside",
      "/etc/passwd",
      "C:outside",
      "C:\\outside",
      "a\\b",
      "nul\0byte",
      "file:stream",
      "CON",
      "con.txt",
      "dot.",
      "blank ",
      "",
      "..",
      "~/x/../../y",
    ];
    const named = (name: string): Release => ({
      ...world.release,
      artifacts: [{ ...first, name }, ...world.release.artifacts.slice(1)],
    });
    return tryAll(
      names.map((name) => stated(world, `an artifact is called ${JSON.stringify(name)}`, writeRelease(named(name)))),
    );
  },
};

export const ambiguousJson: Attack = {
  number: 26,
  name: "JSON of two meanings",
  async run(world) {
    const text = writeRelease(world.release);
    const product = JSON.stringify(world.release.product);
    const twice = text.replace(`"product": ${product}`, `"product": "other",\n    "product": ${product}`);
    const edited: Readonly<Record<string, string | Uint8Array>> = {
      "a key comes twice": twice,
      "there is a byte order mark": `\uFEFF${text}`,
      "there is no white space": JSON.stringify(JSON.parse(text)),
      "there is a field nobody knows": text.replace('"product":', '"__proto__": {},\n    "product":'),
      "a number is larger than numbers are": text.replace(/"sequence": \d+/, '"sequence": 9007199254740993'),
      "a number is written otherwise": text.replace(/"sequence": (\d+)/, '"sequence": $1.0'),
      "it is nested without end": `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
      "something follows it": `${text}{}`,
      "half a character stands in it": text.replace(`"product": ${product}`, '"product": "\\ud800"'),
      "it is no UTF-8": Buffer.concat([Buffer.from(text.slice(0, -3)), Buffer.of(0xff, 0xfe), Buffer.from("}\n")]),
      "it is empty": "",
    };
    return tryAll(Object.entries(edited).map(([what, other]) => stated(world, what, other)));
  },
};

export const checksumLines: Attack = {
  number: 25,
  name: "checksum lines of two meanings",
  async run(world) {
    const list = world.release.artifacts.find(({ type }) => type === "checksums");
    if (list === undefined) return notApplicable("the release has no checksums");
    const text = await readFile(world.pathIn(await world.copy(), list), "utf8");
    const [line = ""] = text.split("\n");
    const edited: Readonly<Record<string, string>> = {
      "lines end as on Windows": text.replaceAll("\n", "\r\n"),
      "there is a byte order mark": `\uFEFF${text}`,
      "digits are capital letters": text.replace(/^[0-9a-f]+/, (digits) => digits.toUpperCase()),
      "a name is marked as binary": text.replace("  ", " *"),
      "a name is escaped": `\\${text}`,
      "a name comes twice": `${line}\n${text}`,
      "a line means nothing": `${text}junk\n`,
      "a blank is no blank": text.replace("  ", " \u00A0"),
      "a name has two blanks more": text.replace("  ", "    "),
      "there is no last newline": text.trimEnd(),
      "a line is missing": text.split("\n").slice(1).join("\n"),
    };
    return tryAll(
      Object.entries(edited)
        .filter(([, other]) => other !== text)
        .map(([what, other]) => ({
          what,
          verdict: async () =>
            world.engine.folder(await reissue(world, new Map([[list.name, Buffer.from(other)]])), undefined),
        })),
    );
  },
};

export const terminal: Attack = {
  number: 27,
  name: "terminal escapes",
  async run(world) {
    const escapes = ["\u001B[2J", "\r", "\u202E", "\u009B1m", "\n\nverified", "\u0007"];
    for (const escape of escapes) {
      const folder = await world.copy();
      const text = writeRelease({ ...world.release, product: `tool${escape}x`, version: `1${escape}` });
      await replace(join(folder, "release.json"), text);
      await replace(join(folder, `file${escape.replaceAll(/[\n\r]/g, "\u001B[1m")}`), "x");
      const refusal = await refusalOf(async () => {
        const verdict = await world.engine.folder(folder, undefined);
        const shown = world.engine.show(verdict);
        // Colours are our own; anything else that a terminal obeys came from elsewhere.
        // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
        const plain = shown.replaceAll(/\u001B\[\d+m/g, "");
        const isHarmless = !/[^\n\P{Cc}]|[\u202A-\u202E\u2066-\u2069]/u.test(plain) && !/^verified/m.test(plain);
        return isHarmless ? { ...verdict, outcome: "invalid" } : { ...verdict, outcome: "verified" };
      });
      if (refusal === undefined)
        return {
          outcome: "accepted",
          variants: escapes.length,
          detail: `${JSON.stringify(escape)} reaches the terminal`,
        };
    }
    return {
      outcome: "refused",
      variants: escapes.length,
      detail: "names and texts are shown without what a terminal obeys",
    };
  },
};
