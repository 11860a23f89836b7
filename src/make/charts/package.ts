/** Writes a packaged chart: a tar.gz that Helm reads, the same bytes for the same files. */
import { posix } from "node:path";

import { gzip } from "../../format/gzip.ts";
import type { Splice } from "../../format/splices.ts";
import { tarSegments } from "../../format/tar/write.ts";
import type { Made, MakeContext } from "../maker.ts";
import { readBack } from "../read-back.ts";
import type { TreeEntry } from "../tree.ts";
import type { ChartFile } from "./folder.ts";
import { isOfSubchart } from "./subcharts.ts";

/** Files that stand first, in Helm's order; templates come behind them, then everything else, then subcharts. */
const first = ["Chart.yaml", "Chart.lock", "values.yaml", "values.schema.json"];

/** The chart in the folder `name`, as `helm package` orders it: mode 0644, the release's clock. Read back. */
export async function packChart(
  name: string,
  fileName: string,
  files: readonly ChartFile[],
  context: MakeContext,
): Promise<Made> {
  const entries = inOrder(files).map(({ path, content }): TreeEntry & { readonly type: "file" } => ({
    type: "file",
    path: posix.join(name, path),
    mode: 0o644,
    mtime: context.epoch,
    owner: "root",
    group: "root",
    content,
  }));
  const splices: Splice[] = [];
  const segments = tarSegments(entries, { dialect: "pax" });
  const made = await context.write(
    fileName,
    gzip(segments, context.compressor, (splice) => splices.push(splice)),
  );
  await readBack({ kind: "tar.gz", single: false }, made.path, entries, splices);
  return made;
}

/** Helm passes over what lies in charts/ and begins with `_` or `.`. */
function inOrder(files: readonly ChartFile[]): readonly ChartFile[] {
  const kept = files.filter(({ path }) => !/^charts\/[_.]/.test(path));
  const rank = ({ path }: ChartFile): number => {
    const own = first.indexOf(path);
    if (own >= 0) return own;
    if (path.startsWith("templates/")) return first.length;
    return isOfSubchart(path) ? first.length + 2 : first.length + 1;
  };
  return kept.toSorted((a, b) => rank(a) - rank(b));
}
