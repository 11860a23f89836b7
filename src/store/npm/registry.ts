/** A registry of npm packages as {@link packageStore} wants it. */
import type { Artifact } from "../../model/artifact.ts";
import { saysItExists } from "../packages/answers.ts";
import { Problem } from "../../model/problem.ts";
import { saying } from "../json-refusal.ts";
import type { PackageFile, PackageName, PackageRegistry } from "../packages/registry.ts";
import { type NpmApi, pathOf } from "./api.ts";
import { type Integrity, integrityOf, publishDocument } from "./document.ts";
import { guessOfPackName, type NpmPackage, readNpmPackage } from "./manifest.ts";
import { advanceTag, lastingTag, stagingTag } from "./tags.ts";
import { findVersion } from "./versions.ts";
import { withdrawVersion } from "./withdraw.ts";

export interface NpmChoices {
  readonly access?: "public" | "restricted" | undefined;
  /** `auto`, or the dist-tag. */
  readonly tag: string;
  readonly scope?: string | undefined;
}

export function npmRegistry(api: NpmApi, { access, tag, scope }: NpmChoices): PackageRegistry<NpmPackage> {
  const measured = new Map<string, Integrity>();

  async function measure({ artifact, open }: PackageFile): Promise<Integrity> {
    const integrity = measured.get(artifact.digest) ?? (await integrityOf(open()));
    measured.set(artifact.digest, integrity);
    return integrity;
  }

  return {
    where: `npm ${api.registry.host}${api.registry.pathname.replace(/\/$/, "")}`,

    async read(file) {
      const self = await readNpmPackage(file);
      if ("unfit" in self) return self;
      if (scope !== undefined && !self.name.startsWith(`${scope}/`))
        return { unfit: `${self.name} is not of the scope ${scope}` };
      await measure(file);
      return self;
    },

    guess: ({ name }) => guessOfPackName(name, scope),
    find: (name, artifact) => findVersion(api, name, { artifact, ours: measured.get(artifact.digest) }),

    async send(self, file) {
      const writing = await api.writing(self.name);
      const body = publishDocument(self, file, {
        registry: api.registry,
        tag: api.isTrusted ? await lastingTag(api, self, tag) : stagingTag,
        access: access ?? self.access,
        integrity: await measure(file),
      });
      const answer = await writing.ask({
        method: "PUT",
        path: pathOf(self.name),
        body: { ...body, type: "application/json" },
        repeatable: false,
      });
      if (answer.status >= 200 && answer.status < 300) return "sent";
      if (isBusy(answer))
        throw new Problem("store.unreachable", `publish ${self.name}: ${saying(answer)}`, { hint: later });
      if (saysItExists(answer)) return "exists";
      throw writing.refusal(`publish ${self.name} ${self.version}`, answer);
    },

    page: (name) => pageOf(api, name),

    async advance(name: PackageName, artifact: Artifact) {
      // A trusted publisher's token publishes and does nothing else: its tag was set when it was published.
      return api.isTrusted ? [] : advanceTag(api, name, { artifact, tag });
    },

    withdraw: (name, artifact, withdrawal) => withdrawVersion(api, name, artifact, withdrawal),
  };
}

const later = "Run the same command again later: what is there already is not sent again.";

/** npmjs says 409 as well where it is still at work on the version before. */
function isBusy(answer: { readonly status: number; readonly bytes: Uint8Array }): boolean {
  return answer.status === 409 && /failed to save packument/i.test(saying(answer));
}

function pageOf({ registry }: NpmApi, name: PackageName | undefined): string | undefined {
  if (name === undefined) return registry.href;
  if (registry.host === "registry.npmjs.org") return `https://www.npmjs.com/package/${name.name}/v/${name.version}`;
  return new URL(pathOf(name.name), registry).href;
}
