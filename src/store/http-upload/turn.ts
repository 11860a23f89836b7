/** When names of a place of uploads move. */
import type { DecidedHttp } from "./options.ts";

/** Last, where nothing that was sent can be taken away again. */
export function turnOf({ registry, delete: canDelete }: Pick<DecidedHttp, "registry" | "delete">): "names" | "final" {
  return registry === undefined && !canDelete ? "final" : "names";
}
