/** What `add` puts into an image: the few files that programs look for and an empty image lacks. */
import { rootCertificates } from "node:tls";

import { Problem } from "../../model/problem.ts";
import type { MakeContext } from "../maker.ts";
import type { TreeEntry } from "../tree.ts";
import { knownUsers } from "./owners.ts";
import { zoneinfo } from "./zoneinfo.ts";

type Add = (context: MakeContext) => Promise<readonly TreeEntry[]>;

/** By the word that `add` has for it. */
const additions: Readonly<Record<string, Add>> = {
  // Where Go, OpenSSL on Debian and Alpine, and most others look first.
  "ca-certificates": async (context) => [
    file("etc/ssl/certs/ca-certificates.crt", `${rootCertificates.toSorted().join("\n")}\n`, context),
  ],
  passwd: async (context) => [
    file("etc/passwd", linesOf(passwd), context),
    {
      ...attributes(context),
      type: "directory",
      path: "home/nonroot",
      mode: 0o700,
      owner: "nonroot",
      group: "nonroot",
    },
  ],
  group: async (context) => [
    file(
      "etc/group",
      linesOf((name, id) => `${name}:x:${id}:`),
      context,
    ),
  ],
  nsswitch: async (context) => [file("etc/nsswitch.conf", "hosts: files dns\n", context)],
  tzdata: zoneinfo,
};

/** The members of the layer for `names`, digested and ready. Throws `plan.invalid` on a name that stands for nothing. */
export async function addedEntries(names: readonly string[], context: MakeContext): Promise<readonly TreeEntry[]> {
  const entries = await Promise.all(
    names.map((name) => {
      const add = Object.hasOwn(additions, name) ? additions[name] : undefined;
      if (add === undefined)
        throw new Problem("plan.invalid", `add: "${name}" is nothing that can be added`, {
          expected: `one of ${Object.keys(additions).join(", ")}`,
        });
      return add(context);
    }),
  );
  return entries.flat();
}

function file(path: string, text: string, context: MakeContext): TreeEntry {
  return {
    ...attributes(context),
    type: "file",
    path,
    mode: 0o644,
    content: context.contentOfBytes(Buffer.from(text)),
  };
}

function attributes({ epoch }: MakeContext): Pick<TreeEntry, "mtime" | "owner" | "group"> {
  return { mtime: epoch, owner: "root", group: "root" };
}

const homes: Readonly<Record<string, string>> = { root: "/root", nonroot: "/home/nonroot" };

function passwd(name: string, id: number): string {
  return `${name}:x:${id}:${id}:${name}:${homes[name] ?? "/nonexistent"}:/sbin/nologin`;
}

function linesOf(line: (name: string, id: number) => string): string {
  return Object.entries(knownUsers)
    .map(([name, id]) => `${line(name, id)}\n`)
    .join("");
}
