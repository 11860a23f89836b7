/** What stands in the control archive of a deb or an ipk. */
import type { PackageFacts } from "../differences.ts";

/** `control Depends`, with continuation lines as they are. */
export function controlFacts(text: string): PackageFacts {
  const facts = new Map<string, string>();
  let field = "";
  for (const line of text.split("\n")) {
    if (/^\s/.test(line)) facts.set(field, `${facts.get(field) ?? ""}\n${line}`);
    else if (line !== "") {
      const [, name = "", value = ""] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
      field = `control ${name}`;
      facts.set(field, value);
    }
  }
  return facts;
}

const lists = new Set(["conffiles", "md5sums", "triggers"]);

/** Files of the control archive: lists by line, scripts whole. */
export function controlFileFacts(name: string, text: string): PackageFacts {
  if (name === "control") return controlFacts(text);
  if (!lists.has(name)) return new Map([[`script ${name}`, text]]);
  if (name === "md5sums")
    return new Map(
      text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => [`md5sums ${line.slice(34).replace(/^\.\//, "")}`, line.slice(0, 32)]),
    );
  return new Map([[name, text.split("\n").toSorted().join("\n").trim()]]);
}
