/** Reads release.json from the places that show it. */
import type { PublishPlan } from "../model/plan.ts";
import { placed, type Problem, problemsOf } from "../model/problem.ts";
import type { KindTable } from "../model/kind.ts";
import type { OpenableStore, StoreContext } from "../store/kind.ts";
import { mostStatement } from "../verify/statement.ts";

/** What one place said. */
export interface PublishedStatement {
  readonly store: string;
  /** Not checked by anybody; undefined where it shows none. */
  readonly text: Uint8Array | undefined;
  readonly problem: Problem | undefined;
}

/** One place after the other. What fails is told. */
export async function* readPublished({
  publish,
  stores,
  context,
}: {
  readonly publish: readonly PublishPlan[];
  readonly stores: KindTable<OpenableStore>;
  readonly context: StoreContext;
}): AsyncGenerator<PublishedStatement> {
  for (const { store, kind, options, place } of publish) {
    try {
      yield { store, text: await readFrom(stores.get(kind), options, context), problem: undefined };
    } catch (thrown) {
      const [problem] = problemsOf(thrown) ?? [];
      if (problem === undefined) throw thrown;
      yield { store, text: undefined, problem: placed(problem, place) };
    }
  }
}

async function readFrom(
  kind: OpenableStore | undefined,
  options: PublishPlan["options"],
  context: StoreContext,
): Promise<Uint8Array | undefined> {
  const store = await kind?.open(options, context);
  if (store === undefined) return undefined;
  try {
    const bytes = await store.read?.("release.json");
    return bytes === undefined ? undefined : await whole(bytes);
  } finally {
    await store.close();
  }
}

/** What is larger than any statement is none. */
async function whole(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > mostStatement) return undefined;
    chunks.push(new Uint8Array(chunk));
  }
  return Buffer.concat(chunks);
}
