/** What five places hold, told from the outside: all of it for comparing, and what is seen by anybody, for the order. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

import { latestOf } from "../../servers/github/releases.ts";
import { bucket, earlierTag, type PlaceName, placeNames, type Servers, tag, unfinished } from "./servers.ts";

/** What a place holds: lines that two runs can be compared by, without ids and times. */
export interface Held {
  /** Everything, hidden or not. */
  readonly all: readonly string[];
  /** What anybody sees. */
  readonly seen: readonly string[];
  /** What names the newest release. */
  readonly newest: readonly string[];
}

export type Observed = Readonly<Record<PlaceName, Held>>;

export async function observe(servers: Servers): Promise<Observed> {
  return {
    github: githubHeld(servers),
    forge: await giteaHeld(servers),
    bucket: bucketHeld(servers),
    registry: registryHeld(servers),
    tap: tapHeld(servers),
  };
}

/**
 * What is seen too early, held against where everything ends: in words; empty where the order was kept. A name is seen only when all
 * is everywhere, the tap only when all names are seen, and the newest is named only when all of that is so.
 */
export function tooEarly(now: Observed, end: Observed): readonly string[] {
  const wrong: string[] = [];
  const named = placeNames.filter((name) => name !== "tap");
  const isSeen = (name: PlaceName): boolean => isSame(now[name].seen, end[name].seen);
  const lacks = named.filter((name) => !isSeen(name));
  const someSeen = named.filter((name) => now[name].seen.length > 0);
  for (const name of named.filter((each) => each === "github" || each === "forge"))
    if (someSeen.length > 0 && !holdsFiles(now[name], end[name]))
      wrong.push(`${someSeen.join(", ")}: seen before ${name} has every file`);
  const statement = now.bucket.seen.find((line) => line.includes("release.json"));
  if (statement !== undefined && !isSeen("bucket")) wrong.push("bucket: release.json is seen before what it lists");
  if (now.tap.seen.join() !== "" && lacks.length > 0) wrong.push(`tap: moved before ${lacks.join(", ")}`);
  for (const name of placeNames)
    if (now[name].newest.length > 0 && (lacks.length > 0 || !isSeen("tap")))
      wrong.push(`${name}: names the newest before ${[...lacks, ...(isSeen("tap") ? [] : ["tap"])].join(", ")}`);
  return wrong;
}

/** Files of a forge by name and digest, whether their release is a draft or not. */
function holdsFiles({ all }: Held, end: Held): boolean {
  const files = new Set(all.filter((line) => line.startsWith("file ")));
  return end.all.filter((line) => line.startsWith("file ")).every((line) => files.has(line));
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function githubHeld({ github, gitea }: Servers): Held {
  const repository = github.repository(`${gitea.user}/tool`);
  const latest = latestOf(repository)?.id;
  const told = repository.releases
    .filter(({ tag }) => tag !== earlierTag)
    .flatMap((release) => {
      const { tag: of, name, body, draft, prerelease, assets } = release;
      const files = assets.map((asset) => `file ${asset.name} ${asset.state} ${sha256(asset.bytes)}`).toSorted();
      return [
        {
          draft,
          id: release.id,
          lines: [`release ${JSON.stringify({ of, name, body, draft, prerelease })}`, ...files],
        },
      ];
    });
  return {
    all: told.flatMap(({ lines }) => lines),
    seen: told.filter(({ draft }) => !draft).flatMap(({ lines }) => lines),
    newest: told.some(({ id }) => id === latest) ? [`latest ${tag}`] : [],
  };
}

interface Told {
  readonly name: string;
  readonly body: string;
  readonly draft: boolean;
  readonly prerelease: boolean;
  readonly tag_name: string;
  readonly assets: readonly { readonly name: string; readonly uuid: string; readonly browser_download_url: string }[];
}

async function giteaHeld({ gitea, ask }: Servers): Promise<Held> {
  const path = `repos/${gitea.user}/tool/releases`;
  const published = (await ask("GET", `${path}?draft=false`)) as readonly Told[];
  const drafts = (await ask("GET", `${path}?draft=true`)) as readonly Told[];
  const lines = async (releases: readonly Told[]): Promise<readonly string[]> => {
    const all: string[] = [];
    for (const { name, body, draft, prerelease, tag_name: of, assets } of releases) {
      all.push(`release ${JSON.stringify({ of, name, body, draft, prerelease })}`);
      const files = assets.map(async (asset) => {
        const answer = await fetch(asset.browser_download_url, { headers: { authorization: `token ${gitea.token}` } });
        return `file ${asset.name} ${sha256(Buffer.from(await answer.arrayBuffer()))}`;
      });
      all.push(...(await Promise.all(files)).toSorted());
    }
    return all;
  };
  const seen = await lines(published.filter(({ draft }) => !draft));
  return { all: [...seen, ...(await lines(drafts.filter(({ draft }) => draft)))], seen, newest: [] };
}

function bucketHeld({ objects }: Servers): Held {
  const folder = objects.kept(bucket);
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const isHidden = (path: string): boolean => path.startsWith(unfinished);
  const paths = entries.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).toSorted();
  const lines = paths.map((path) => ({
    path,
    line: `file ${path} ${isHidden(path) ? "" : sha256(readFileSync(join(folder, path)))}`,
  }));
  const isNewest = (path: string): boolean => path.startsWith("latest/");
  return {
    all: lines.map(({ line }) => line),
    seen: lines.filter(({ path }) => !isHidden(path) && !isNewest(path)).map(({ line }) => line),
    newest: lines.filter(({ path }) => isNewest(path)).map(({ line }) => line),
  };
}

function registryHeld({ registry }: Servers): Held {
  const found = registry.state.find("ada/tool");
  if (found === undefined) return { all: [], seen: [], newest: [] };
  const tags = [...found.tags].map(([name, digest]) => `tag ${name} ${digest}`).toSorted();
  const isVersion = (line: string): boolean => line.startsWith("tag v1.0.0 ");
  return {
    all: [...tags, ...[...found.manifests.keys(), ...found.blobs.keys()].toSorted()],
    seen: tags.filter(isVersion),
    newest: tags.filter((line) => !isVersion(line)),
  };
}

/** The commit too: it holds no time of the run. */
function tapHeld({ tap }: Servers): Held {
  const refs = tap("for-each-ref", "--format=%(refname) %(objectname)").split("\n");
  const files = tap("ls-tree", "-r", "main").split("\n");
  const moved = files.filter((line) => line.endsWith(".rb"));
  return { all: [...refs, ...files], seen: moved, newest: [] };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
