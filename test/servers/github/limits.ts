/** What the fake GitHub says of its limits. */
import type { Endpoint } from "./endpoint.ts";

/** An endpoint whose numbers are those of `left`. */
export function limits(left: () => { readonly remaining: number; readonly reset: number }): Endpoint {
  return {
    method: "GET",
    path: "/rate_limit",
    handle() {
      const { remaining, reset } = left();
      const core = { limit: 5000, remaining, reset, used: 5000 - remaining };
      return { status: 200, json: { resources: { core, search: core }, rate: core } };
    },
  };
}
