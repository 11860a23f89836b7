/** A registry of crates as {@link packageStore} wants it. */
import { z } from "zod";

import { Problem } from "../../model/problem.ts";
import { saying } from "../json-refusal.ts";
import { download, saysItExists } from "../packages/answers.ts";
import type { PackageName, PackageRegistry } from "../packages/registry.ts";
import type { CratesApi } from "./api.ts";
import { downloadUrl, readVersions } from "./index-file.ts";
import { type Crate, guessOfCrateName, readCrate } from "./manifest.ts";
import { publishBody } from "./request.ts";

const failed = z.looseObject({ errors: z.array(z.unknown()).min(1) });

export function cratesRegistry(api: CratesApi): PackageRegistry<Crate> {
  const { index, http } = api;
  const where = isCratesIo(index) ? "crates.io" : `crates ${index.host}${index.pathname.replace(/\/$/, "")}`;
  return {
    where,
    read: readCrate,
    guess: ({ name }) => guessOfCrateName(name),

    async find({ name, version }) {
      const versions = await readVersions(await api.reading(), index, name);
      // Build metadata makes no other version (Semantic Versioning, section 10).
      const found = versions?.get(version) ?? [...(versions ?? [])].find(([one]) => bare(one) === bare(version))?.[1];
      if (found === undefined) return undefined;
      const { dl } = await api.config();
      const url = downloadUrl(dl, { name, version, digest: found.digest });
      return {
        digest: found.digest,
        size: undefined,
        isWithdrawn: found.isYanked,
        async *open() {
          yield* download(http, url, await api.downloading(url));
        },
      };
    },

    async send(self, file) {
      const writing = await api.writing();
      const body = publishBody(self, file, isCratesIo(index) ? index.href : `sparse+${index.href}`);
      const answer = await writing.ask({ method: "PUT", path: "api/v1/crates/new", body, repeatable: false });
      if (saysItExists(isError(answer.bytes) ? { ...answer, status: 400 } : answer)) return "exists";
      // crates.io has said no with status 200 to clients of any age.
      if (answer.status >= 200 && answer.status < 300 && !isError(answer.bytes)) return "sent";
      if (answer.status < 300)
        throw new Problem("store.failed", `publish ${self.name} ${self.version}: ${saying(answer)}`);
      throw writing.refusal(`publish ${self.name} ${self.version}`, answer);
    },

    page: (name) => pageOf(index, name),

    async withdraw({ name, version }: PackageName, artifact) {
      const writing = await api.writing();
      const receipt = { act: "remove", name: artifact.name, digest: artifact.digest } as const;
      const versions = await readVersions(await api.reading(), index, name);
      if (versions?.get(version)?.isYanked === true) return [{ ...receipt, outcome: "already", why: "it is yanked" }];
      await writing.must(`yank ${name} ${version}`, {
        method: "DELETE",
        path: `api/v1/crates/${name}/${version}/yank`,
      });
      return [{ ...receipt, outcome: "done", why: "it is yanked: who has it in a Cargo.lock still gets it" }];
    },
  };
}

function isError(bytes: Uint8Array): boolean {
  try {
    return failed.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8"))).success;
  } catch {
    return false; // an empty answer, say
  }
}

function bare(version: string): string {
  return version.split("+")[0] ?? version;
}

export function isCratesIo(index: URL): boolean {
  return index.host === "index.crates.io";
}

function pageOf(index: URL, name: PackageName | undefined): string {
  if (!isCratesIo(index)) return index.href;
  return name === undefined ? "https://crates.io/" : `https://crates.io/crates/${name.name}/${name.version}`;
}
