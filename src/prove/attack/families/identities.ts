/** Attacks on identities that an authority vouches for: names that nearly fit, and a log's entries about something else. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Json, JsonObject } from "../../../model/json.ts";
import { type Attack, notApplicable, tryAll, type Variant } from "../attack.ts";
import { replace, type World } from "../world.ts";

type Identity = Record<string, Json>;

export const nearIdentities: Attack = {
  number: 31,
  name: "identities that nearly fit",
  async run(world) {
    const { file, engine } = world;
    const identities = identitiesIn(world);
    if (file === undefined || identities.length === 0) return notApplicable("the trust file names no identities");
    const near = (what: string, edit: (identity: Identity) => void): Variant => ({
      what,
      async verdict() {
        const edited = JSON.parse(file.text) as { identities: Record<string, Identity> };
        for (const name of identities) edit(edited.identities[name] ?? {});
        const trust = await engine.openTrust({ name: file.name, text: `${JSON.stringify(edited, null, 2)}\n` });
        return engine.folder(await world.copy(), trust);
      },
    });
    const both = (change: (text: string) => string) => (identity: Identity) => {
      for (const field of ["subject", "workflow"])
        if (typeof identity[field] === "string") identity[field] = change(identity[field]);
    };
    return tryAll([
      near(
        "the subject goes on",
        both((text) => `${text}x`),
      ),
      near(
        "the subject ends early",
        both((text) => text.slice(0, -1)),
      ),
      near(
        "the subject is in other letters",
        both((text) => text.toUpperCase()),
      ),
      near(
        "the repository is of another owner",
        both((text) => text.replace(/^(https?:\/\/[^/]+\/)/, "$1x")),
      ),
      near("the issuer is another", (identity) => {
        identity["issuer"] = "https://token.example.com";
      }),
      near("the ref is another", (identity) => {
        identity["ref"] = "refs/heads/x";
      }),
      near("the repository has another number", (identity) => {
        identity["repositoryId"] = "1";
      }),
    ]);
  },
};

function identitiesIn({ file }: World): readonly string[] {
  const parsed = file === undefined ? {} : (JSON.parse(file.text) as { identities?: JsonObject });
  return Object.keys(parsed.identities ?? {});
}

interface Bundle {
  readonly name: string;
  readonly document: { verificationMaterial?: { tlogEntries?: Json } };
}

export const logBinding: Attack = {
  number: 32,
  name: "log entries of another artifact",
  async run(world) {
    const bundles = await bundlesIn(world);
    const own = bundles.find(({ name }) => name.startsWith("release.json."));
    const other = bundles.find((bundle) => bundle !== own);
    if (own === undefined || other === undefined)
      return notApplicable("there are no two sigstore bundles with entries of a log");
    return tryAll([
      {
        what: `${own.name} holds the log's entry for ${other.name}`,
        async verdict() {
          const folder = await world.copy();
          const material = { ...own.document.verificationMaterial };
          const entries = other.document.verificationMaterial?.tlogEntries;
          const document = { ...own.document, verificationMaterial: { ...material, tlogEntries: entries } };
          await replace(join(folder, own.name), JSON.stringify(document));
          return world.engine.folder(folder, world.trust);
        },
      },
    ]);
  },
};

/** Those that hold an entry of a transparency log. */
async function bundlesIn(world: World): Promise<readonly Bundle[]> {
  const folder = await world.copy();
  const names = new Set([
    ...world.release.artifacts.filter(({ type }) => type === "signature").map(({ name }) => name),
    ...world.verdict.checks.filter(({ check }) => check === "signature").map(({ subject }) => subject),
  ]);
  const found: Bundle[] = [];
  for (const name of [...names].filter((one) => one.endsWith(".json"))) {
    const text = await readFile(join(folder, name), "utf8").catch(() => "");
    try {
      const document = JSON.parse(text) as Bundle["document"];
      const entries = document.verificationMaterial?.tlogEntries;
      if (Array.isArray(entries) && entries.length > 0) found.push({ name, document });
    } catch {
      continue; // what is no JSON is no bundle
    }
  }
  return found;
}
