/** `charts`: Helm charts, and what their values say in this release. */
import type { ChartEntry } from "../../model/config/charts.ts";
import { choose, isMap, oneOrMore, scalarTemplate, template, z } from "../../model/schema.ts";
import { check } from "../check/check.ts";
import { chartValues, overridesOf } from "../shapes/chart-values.ts";
import { textMap } from "../shapes/container.ts";
import { sign } from "../shapes/sign.ts";
import { namesOf, withVars } from "../template/names.ts";
import { childOf } from "../yaml/tree.ts";
import { entryOf, entryShape } from "./entries.ts";
import { itemsOf } from "./items.ts";
import type { Section } from "./section.ts";

const folder = template("Folder of the project that holds Chart.yaml.");

const full = z.strictObject({
  folder,
  name: template("The chart's name, as Chart.yaml says it; left out: the folder's name.").optional(),
  when: entryShape.when,
  version: scalarTemplate("The chart's version, by Semantic Versioning; left out: the release's.").optional(),
  appVersion: scalarTemplate("Version of what it installs; left out: the release's.").optional(),
  values: chartValues.optional(),
  push: oneOrMore(
    template("oci://HOST/PATH"),
    "Where it is pushed as an OCI chart, without the chart's own name: `oci://ghcr.io/acme/charts`. Registries among the stores take it there.",
  ).optional(),
  sign: sign.optional(),
  file: template("File name; `.tgz` is added where it is missing.")
    .meta({ default: "{{ name }}-{{ chartVersion }}.tgz" })
    .optional(),
  annotations: textMap("Annotations of Chart.yaml, over its own."),
  optional: z
    .boolean()
    .describe("No error where the folder, or an image its values name, is missing.")
    .meta({ default: false })
    .optional(),
});

const short = folder.transform((text): z.output<typeof full> => ({ folder: text }));

const entry = choose<z.output<typeof full>>(
  "The chart's folder, or a map when it needs options.",
  (raw) => ({ schema: isMap(raw) ? full : short }),
  () => z.union([folder, full]),
);

export const charts: Section<readonly ChartEntry[]> = {
  key: "charts",
  summary: "Helm charts: each entry packages the chart of a folder; see [Charts](charts.md). Left out: none.",
  example:
    'charts:\n  - folder: helm/engram\n    values: { image.tag: "{{ tag }}", image.digest: "{{ images.engram.digest }}" }\n    push: oci://ghcr.io/acme/charts',
  schema: () => z.array(entry),
  read(tree, context) {
    if (tree === undefined) return [];
    const names = withVars(namesOf.chart, context.vars);
    return itemsOf(tree, "charts", context).flatMap((item): readonly ChartEntry[] => {
      const read = check(entry, { ...item, names }, context);
      if (read === undefined) return [];
      const values = childOf(item.tree, "values") ?? item.tree;
      return [
        {
          ...entryOf({ name: read.name, when: read.when }, item),
          folder: read.folder,
          version: read.version,
          appVersion: read.appVersion,
          values: overridesOf(read.values ?? {}, values, `${item.path}.values`, context.problems),
          push: read.push ?? [],
          sign: read.sign,
          file: read.file,
          annotations: read.annotations ?? {},
          optional: read.optional ?? false,
        },
      ];
    });
  },
};
