/** Reads an rpm with `rpm -qp --xml`: every tag but those that only say what the bytes are. */
import { execFileSync } from "node:child_process";

import type { PackageFacts } from "../differences.ts";

/** Digests, sizes and signatures of header and payload, and where they lie. */
const ofTheBytes =
  /^(Sha1header|Sha256header|Sigmd5|Sigsize|Archivesize|Payloaddigest|Payloaddigestalt|Headerimmutable|Headersignatures|Longsigsize)$/;

/** Columns of one relation each. */
const relations: Readonly<Record<string, string>> = {
  Require: "requires",
  Provide: "provides",
  Conflict: "conflicts",
  Obsolete: "obsoletes",
  Recommend: "recommends",
  Suggest: "suggests",
};

export function rpmFacts(path: string): PackageFacts {
  const xml = execFileSync("rpm", ["-qp", "--nosignature", "--xml", path], { encoding: "utf8", maxBuffer: 1 << 28 });
  const tags = new Map(
    [...xml.matchAll(/<rpmTag name="([^"]+)">(.*?)<\/rpmTag>/gs)].map(([, name = "", body = ""]) => [
      name,
      [...body.matchAll(/<(?:string|integer|base64)(?:\/>|>(.*?)<\/(?:string|integer|base64)>)/gs)].map(
        ([, text = ""]) => unescaped(text),
      ),
    ]),
  );
  const ofFiles = /^(File|Basenames|Dirindexes|Dirnames|Classdict)/;
  const ofRelations = /^(Require|Provide|Conflict|Obsolete|Recommend|Suggest)(name|flags|version)$/;
  const plain = [...tags].filter(([tag]) => !ofTheBytes.test(tag) && !ofFiles.test(tag) && !ofRelations.test(tag));
  return new Map([
    ...plain.map(([tag, values]) => [`tag ${tag}`, values.join("\n")] as const),
    ...relationFacts(tags),
    ...fileFacts(tags),
  ]);
}

type Tags = ReadonlyMap<string, readonly string[]>;

/** `requires tool` with the flags of all that are asked of it, and the versions. */
function relationFacts(tags: Tags): PackageFacts {
  const facts = new Map<string, string>();
  for (const [tag, word] of Object.entries(relations)) {
    const names = tags.get(`${tag}name`) ?? [];
    names.forEach((name, index) => {
      const key = `${word} ${name}`;
      const value = `${tags.get(`${tag}flags`)?.[index]} ${tags.get(`${tag}version`)?.[index]}`;
      facts.set(key, [...(facts.get(key)?.split("\n") ?? []), value].toSorted().join("\n"));
    });
  }
  return facts;
}

const columns = {
  mode: "Filemodes",
  owner: "Fileusername",
  group: "Filegroupname",
  flags: "Fileflags",
  size: "Filesizes",
  time: "Filemtimes",
  digest: "Filedigests",
  target: "Filelinktos",
  verify: "Fileverifyflags",
  language: "Filelangs",
  device: "Filerdevs",
} as const;

function fileFacts(tags: Tags): PackageFacts {
  const facts = new Map<string, string>();
  const folders = tags.get("Dirnames") ?? [];
  (tags.get("Basenames") ?? []).forEach((name, index) => {
    const path = `${folders[Number(tags.get("Dirindexes")?.[index])]}${name}`;
    for (const [what, tag] of Object.entries(columns))
      facts.set(`file ${path} ${what}`, tags.get(tag)?.[index] ?? "none");
    const kind = tags.get("Fileclass")?.[index];
    facts.set(`file ${path} class`, kind ?? "none");
  });
  return facts;
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}
