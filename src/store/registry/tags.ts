/** The tags of a repository, page by page (distribution-spec, "Listing Tags"). */
import { z } from "zod";

import { Problem } from "../../model/problem.ts";
import { nextPage } from "./pages.ts";
import type { Repository } from "./repository.ts";

const schema = z.looseObject({ tags: z.array(z.string()).nullish() });

/** All of them, in the registry's order; none where there is no such repository. */
export async function listTags(repository: Repository): Promise<readonly string[]> {
  const tags: string[] = [];
  let page: string | URL | undefined = "tags/list?n=1000";
  for (const seen = new Set<string>(); page !== undefined;) {
    const answer = await repository.send({ method: "GET", to: page, repeatable: true }, 16 * 1024 * 1024);
    if (answer.status === 404) return tags;
    if (answer.status !== 200) throw await repository.refused("list the tags of", answer);
    tags.push(...readTags(answer.bytes, repository.name));
    page = nextPage(answer, seen);
  }
  return tags;
}

function readTags(bytes: Uint8Array, name: string): readonly string[] {
  try {
    const result = schema.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8")));
    if (result.success) return result.data.tags ?? [];
  } catch {
    // Said below.
  }
  throw new Problem("store.failed", `${name}: its list of tags cannot be read`);
}
