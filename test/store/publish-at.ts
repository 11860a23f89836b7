/** Publishes a Release to one opened kind of place, through the whole transaction and without waiting. */
import type { Artifact } from "../../src/model/artifact.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { kindTable } from "../../src/model/kind.ts";
import type { Source } from "../../src/model/store.ts";
import { publish, type PublishRequest, type StoreResult } from "../../src/publish/publish.ts";
import type { OpenableStore, StoreContext } from "../../src/store/kind.ts";

export interface PublishingAt extends Pick<PublishRequest, "until"> {
  readonly kind: OpenableStore;
  /** As the Plan has them. */
  readonly options: JsonObject;
  readonly artifacts: readonly Artifact[];
  readonly from: Source;
  readonly context: StoreContext;
  /** Left out: nobody waits. */
  readonly wait?: PublishRequest["wait"];
}

const nothing = { types: [], names: [] };

export async function publishAt({ kind, options, wait, ...request }: PublishingAt): Promise<StoreResult> {
  const [result] = await publish({
    ...request,
    publish: [{ store: kind.kind, kind: kind.kind, options, only: nothing, except: nothing, optional: false }],
    stores: kindTable<OpenableStore>([kind]),
    journal: undefined,
    wait: wait ?? (async () => {}),
  });
  if (result === undefined) throw new Error("published nowhere");
  return result;
}
