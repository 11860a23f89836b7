/** Decides `source`: archives of the tag's own files. */
import type { SourceStepOptions } from "../model/archive.ts";
import type { SourceEntry } from "../model/config/source.ts";
import { Problem } from "../model/problem.ts";
import { plain } from "../model/json.ts";
import { attempt, renderEnv, wanted, type Deciding, type NamedStep } from "./deciding.ts";
import { planFiles } from "./files.ts";

export function decideSource(deciding: Deciding, before: readonly string[]): readonly NamedStep[] {
  if (deciding.skip.has("source")) return [];
  return deciding.config.source.flatMap(
    (entry) => attempt(deciding, entry.place, () => decideEntry(deciding, entry, before)) ?? [],
  );
}

function decideEntry(deciding: Deciding, entry: SourceEntry, before: readonly string[]): readonly NamedStep[] {
  if (!wanted(deciding, entry)) return [];
  const scope = deciding.vocabulary.base;
  const name = entry.archive.render(scope);
  const prefix = (entry.prefix?.render(scope) ?? `${name}/`).replace(/\/*$/, "/").replace(/^\/$/, "");
  const files = planFiles(entry.files, scope, () => []);
  return entry.format.map((format) => {
    const kind = deciding.kinds.archives.get(format);
    if (kind === undefined || kind.single) {
      const fitting = [...deciding.kinds.archives.values()].filter((other) => !other.single).map((other) => other.kind);
      throw new Problem("plan.invalid", `a source archive cannot be "${format}"`, {
        place: entry.place,
        expected: `one of ${fitting.join(", ")}`,
      });
    }
    const fileName = `${name}${kind.extension}`;
    const options: SourceStepOptions = {
      commit: deciding.facts.git.commit,
      format,
      prefix,
      files: files.map(plain),
    };
    return {
      section: "source",
      name,
      step: {
        id: `source/${fileName}`,
        section: "source",
        kind: "source",
        title: fileName,
        // Files beside git's own may be made by `before`.
        needs: files.length > 0 ? before : [],
        options,
        env: renderEnv(entry.env, scope),
        outputs: [{ name: fileName, type: "source", listed: true, attributes: { format } }],
        place: entry.place,
      },
    };
  });
}
