/** Publishes one package so that it is there once, whatever becomes of the answers. */
import type { Artifact } from "../../model/artifact.ts";
import { Problem, problemsOf } from "../../model/problem.ts";
import type { Receipt } from "../../model/store.ts";
import type { HttpClient } from "../http.ts";
import type { FoundPackage, PackageFile, PackageRegistry, PackageSelf } from "./registry.ts";

/** Looks until what was sent has to be seen: indexes of registries are up to a minute behind. */
const patience = 8;
/** Looks after an answer that never came. */
const glances = 2;
/** How often it is sent at most. */
const attempts = 3;

export interface Publishing<Self extends PackageSelf> {
  readonly registry: PackageRegistry<Self>;
  readonly pause: HttpClient["pause"];
}

/**
 * Sends it, and waits until everybody can see it: `pending` where the registry has taken it and does not show it yet. Where nobody
 * knows what became of it, the registry is looked at before it is sent again.
 */
export async function publishPackage<Self extends PackageSelf>(
  self: Self,
  file: PackageFile,
  { registry, pause }: Publishing<Self>,
): Promise<Receipt> {
  const { artifact } = file;
  for (let attempt = 1; ; attempt += 1) {
    const said = await attempted(() => registry.send(self, file));
    const there = await shown(() => registry.find(self, artifact), {
      looks: said instanceof Problem ? glances : patience,
      pause,
    });
    if (there !== undefined) return judged(artifact, there, "done", registry.page(self));
    if (said === "sent") return pending(artifact, registry.page(self));
    if (said === "exists") throw hidden(self, registry.where);
    if (attempt === attempts) throw said;
  }
}

/** What a package that is there means: `outcome` where it has our bytes, else it is refused with both digests. */
export function judged(
  { name, digest }: Artifact,
  there: FoundPackage,
  outcome: "done" | "already",
  url: string | undefined,
): Receipt {
  if (there.digest === digest) return { act: "point", name, digest, outcome, url };
  return { act: "point", name, digest, outcome: "refused", why: conflict(there, digest) };
}

export function conflict(there: Pick<FoundPackage, "digest">, digest: string): string {
  return `that version is there with other bytes: ${there.digest}, not ${digest}`;
}

async function attempted(send: () => Promise<"sent" | "exists">): Promise<"sent" | "exists" | Problem> {
  try {
    return await send();
  } catch (thrown) {
    const [problem] = problemsOf(thrown) ?? [];
    if (problem?.code !== "store.unreachable") throw thrown;
    return problem;
  }
}

async function shown(
  find: () => Promise<FoundPackage | undefined>,
  { looks, pause }: { readonly looks: number; readonly pause: HttpClient["pause"] },
): Promise<FoundPackage | undefined> {
  for (let look = 0; ; look += 1) {
    const found = await find();
    if (found !== undefined || look + 1 === looks) return found;
    await pause(look);
  }
}

function pending({ name, digest }: Artifact, url: string | undefined): Receipt {
  const why = "the registry has taken it, and does not show it yet";
  return { act: "point", name, digest, outcome: "pending", why, url };
}

function hidden({ name, version }: PackageSelf, where: string): Problem {
  return new Problem("store.conflict", `${where} has, or had, ${name} ${version}, and does not show it`, {
    hint: "A version that was taken away cannot be published again: release a new one.",
  });
}
