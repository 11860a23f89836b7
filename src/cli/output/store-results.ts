/** What became of each store of a run, as a line for people and as data. */
import type { JsonObject } from "../../model/json.ts";
import type { Problem } from "../../model/problem.ts";
import type { StoreResult } from "../../publish/publish.ts";
import { problemJson } from "./problems.ts";
import { counted } from "./words.ts";

export function resultJson({ store, where, outcome, why, url, receipts, problems }: StoreResult): JsonObject {
  return {
    store,
    where,
    outcome,
    ...(why === "" ? {} : { why }),
    ...(url === undefined ? {} : { url }),
    receipts: receipts.map(({ act, name, digest, outcome: of, why: because, url: seen }) => ({
      act,
      name,
      digest,
      outcome: of,
      why: because ?? "",
      ...(seen === undefined ? {} : { url: seen }),
    })),
    problems: problems.map(problemJson),
  };
}

/** `published to github acme/tool v1.2.3, 9 files: https://github.com/acme/tool/releases/tag/v1.2.3`. */
export function resultText({ where, names, outcome, why, url, receipts, problems }: StoreResult): string {
  const place = where.replace(`${process.cwd()}/`, "");
  const moved = receipts.filter(({ act, outcome: of }) => act === "point" && of !== "skipped").length;
  const words = {
    done: `published to ${place}, ${counted(moved, names.replace(/s$/, ""))}${seenAt(url)}${why === "" ? "" : `; ${why}`}`,
    already: `already in ${place}${why === "" ? "" : `; ${why}`}`,
    staged: `staged in ${place}; nothing is seen there yet`,
    pending: `waits in ${place}: ${why}${url === undefined ? "" : ` (${url})`}`,
    failed: `not published to ${place}: ${problems.every(isStop) ? "the run was stopped" : "it failed"}`,
    skipped: `not published to ${place}: ${why}`,
  };
  return words[outcome];
}

/** A folder's address is where it is, which is said already. */
function seenAt(url: string | undefined): string {
  return url !== undefined && /^https?:/.test(url) ? `: ${url}` : "";
}

function isStop({ code }: Problem): boolean {
  return code === "step.stopped";
}
