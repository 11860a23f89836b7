/** Decides which scripts a package carries: the user's own, and what its service needs around them. */
import type { PlannedFile } from "../model/plan.ts";
import type { PlannedScripts } from "../model/package-step.ts";
import type { PackageEntry, PackageText, ScriptEntry } from "../model/config/packages.ts";
import type { Plain } from "../model/json.ts";
import type { ScriptName, ServiceScripts } from "../model/package.ts";
import type { PackageKind } from "../model/package-kind.ts";
import type { Facts } from "../model/facts.ts";
import { Problem, throwIfAny } from "../model/problem.ts";
import type { Scope } from "../model/template.ts";
import { plainScope } from "./files.ts";
import { missingFile } from "./package-contents.ts";

type Scripts = Readonly<Partial<Record<ScriptName, ScriptEntry>>>;

/**
 * The user's scripts that the format has. One that it has not is no mistake where another format of the entry has it. Fails with
 * `plan.invalid` where nobody would ever run it.
 */
export function scriptsFor(kind: PackageKind, entry: PackageEntry, text: PackageText): Scripts {
  const ownNames = Object.keys(entry.byFormat[kind.kind]?.text.scripts ?? {});
  return Object.fromEntries(
    Object.entries(text.scripts).filter(([name, script]) => {
      if (kind.scripts.includes(name as ScriptName)) return true;
      if (!ownNames.includes(name) && entry.formats.length > 1) return false;
      throw new Problem("plan.invalid", `scripts: ${kind.kind} packages have no ${name}`, {
        place: script.place,
        expected: `one of ${kind.scripts.join(", ")}`,
      });
    }),
  );
}

/** Every script of the package: what stands before the user's, the user's, what stands after it. Fails with `file.missing` where one is not there. */
export function planScripts(
  { absent }: Pick<Facts, "absent">,
  kind: PackageKind,
  own: Scripts,
  frames: ServiceScripts,
  scope: Scope,
): PlannedScripts {
  const names = kind.scripts.filter((name) => name in own || name in frames);
  throwIfAny(
    Object.values(own).flatMap(({ source, from, place }) => {
      const path = from.render(scope);
      return source === "file" && absent.includes(path) ? [missingFile(path, place)] : [];
    }),
  );
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        before: frames[name]?.before ?? "",
        own: own[name] === undefined ? null : plannedScript(own[name], scope),
        after: frames[name]?.after ?? "",
      },
    ]),
  );
}

function plannedScript({ source, from, render, place }: ScriptEntry, scope: Scope): Plain<PlannedFile> {
  return {
    source: source === "text" ? "text" : "glob",
    from: from.render(scope),
    to: "",
    ...(render ? { render: plainScope(scope) } : {}),
    place: { ...place },
  };
}
