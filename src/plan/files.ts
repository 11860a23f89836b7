/** Renders file entries of archives, packages and extra assets into what the Plan holds. */
import { posix } from "node:path";

import type { FileEntry } from "../model/config/files.ts";
import { staysInside } from "../model/name.ts";
import type { PlannedFile } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import { type JsonObject, plain } from "../model/json.ts";
import { renderText, type Scope, type Template } from "../model/template.ts";
import { readTime } from "../model/time.ts";
import type { ArtifactLookup } from "./lookup.ts";

/** One planned file per entry; several where an artifact selector matches several outputs. */
export function planFiles(entries: readonly FileEntry[], scope: Scope, lookup: ArtifactLookup): readonly PlannedFile[] {
  return entries.flatMap((entry): readonly PlannedFile[] => {
    const common = {
      to: destinationOf(entry.source === "dir" ? entry.dir : entry.to, entry, scope),
      type: entry.type,
      mode: entry.mode,
      owner: entry.owner,
      group: entry.group,
      mtime: entry.mtime === undefined ? undefined : timeOf(entry, scope),
      lang: entry.lang,
      strip: entry.strip,
      render: entry.render ? plainScope(scope) : undefined,
      optional: entry.optional ? true : undefined,
      place: entry.place,
    };
    switch (entry.source) {
      case "glob":
        return [{ source: "glob", from: entry.from.render(scope), ...common }];
      case "text":
        return [{ source: "text", ...common, ...textOf(entry.text, scope) }];
      case "link":
        return [{ source: "link", from: entry.link.render(scope), ...common }];
      case "dir":
        return [{ source: "dir", from: "", ...common }];
      case "artifact": {
        const found = lookup(entry.from, entry.for);
        if (found.length === 0 && !entry.optional) {
          throw new Problem(
            "plan.empty",
            `nothing is called "${entry.from.section ?? "build"}:${entry.from.name}" here`,
            { place: entry.place },
          );
        }
        return found.map(({ step, output }) => ({ source: "artifact", from: step, output, ...common }));
      }
    }
  });
}

/** The text, rendered now, or with what is known of its values now where it waits for others. */
function textOf(written: Template, scope: Scope): Pick<PlannedFile, "from" | "render"> {
  if (written.late.length === 0) return { from: written.render(scope), render: undefined };
  const text = renderText(written, scope);
  return typeof text === "string" ? { from: text, render: undefined } : { from: text.late, render: text.with };
}

/** Where an entry goes; a leading slash is the container's root. */
function destinationOf(template: Template | undefined, entry: FileEntry, scope: Scope): string {
  const to = template?.render(scope) ?? "";
  if (to === "" && entry.source !== "glob" && entry.source !== "artifact")
    throw new Problem("plan.invalid", "a file entry has no name to go to", { place: entry.place, hint: "add `to`" });
  const inside = posix.normalize(to.replace(/^\/+/, ""));
  if (inside === "." || inside === "./" || staysInside(inside)) return to;
  throw new Problem("plan.invalid", `"${to}" leads out of where files go`, {
    place: template?.place ?? entry.place,
    expected: "a path without a drive that does not climb with `..`",
  });
}

function timeOf(entry: FileEntry, scope: Scope): number {
  const text = entry.mtime?.render(scope) ?? "";
  const time = readTime(text);
  if (time === undefined || time < 0) {
    throw new Problem("plan.invalid", `"${text}" is not a time`, {
      place: entry.mtime?.place ?? entry.place,
      expected: "seconds since 1970, or 2026-01-30T12:00:00Z",
    });
  }
  return Math.floor(time / 1000);
}

/** The scope as data, for files that are rendered when their Step runs; the environment is asked then, and stored nowhere. */
export function plainScope({ env: _, ...scope }: Scope): JsonObject {
  return plain(scope);
}
