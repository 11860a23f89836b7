/** Attacks on files: other bytes, missing and additional files, files in each other's place, links. */
import { link, mkdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";

import { type Attack, notApplicable, tryAll, type Variant } from "../attack.ts";
import { remove, replace, type World } from "../world.ts";

/** Files of a large release that an attack is tried on. */
const most = 24;

const artifactsOf = ({ release }: World): World["release"]["artifacts"] => release.artifacts.slice(0, most);

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

/** Positions over the whole of a file, its ends included. */
function positions(length: number, count: number): readonly number[] {
  if (length === 0) return [];
  return [...new Set(Array.from({ length: count }, (_, at) => Math.floor((at * (length - 1)) / (count - 1))))];
}

export const arbitraryInstall: Attack = {
  number: 5,
  name: "arbitrary installation",
  async run(world) {
    const { engine, trust } = world;
    const variants: Variant[] = [];
    const text = await readFile(join(await world.copy(), "release.json"));
    for (const at of positions(text.length, 64))
      variants.push({
        what: `byte ${at} of release.json is another`,
        async verdict() {
          const folder = await world.copy();
          await replace(join(folder, "release.json"), flipped(text, at));
          return engine.folder(folder, trust);
        },
      });
    for (const artifact of artifactsOf(world)) {
      variants.push({
        what: `${artifact.name} is missing`,
        async verdict() {
          const folder = await world.copy();
          await remove(world.pathIn(folder, artifact));
          return engine.folder(folder, trust);
        },
      });
      for (const at of artifact.size > 64 * 1024 * 1024 ? [] : positions(artifact.size, 3))
        variants.push({
          what: `byte ${at} of ${artifact.name} is another`,
          async verdict() {
            const folder = await world.copy();
            const path = world.pathIn(folder, artifact);
            await replace(path, flipped(await readFile(path), at));
            return engine.file(path, folder, trust);
          },
        });
    }
    return tryAll(variants);
  },
};

export const mixAndMatch: Attack = {
  number: 4,
  name: "mix and match",
  async run(world) {
    const all = artifactsOf(world);
    const pairs = all.flatMap((one, index) =>
      all
        .slice(index + 1)
        .flatMap((other) => (one.digests.sha256 === other.digests.sha256 ? [] : [[one, other] as const])),
    );
    return tryAll(
      pairs.slice(0, 64).map(([one, other]) => ({
        what: `${one.name} and ${other.name} are exchanged`,
        async verdict() {
          const folder = await world.copy();
          const [a, b, aside] = [world.pathIn(folder, one), world.pathIn(folder, other), join(folder, "aside")];
          await rename(a, aside);
          await rename(b, a);
          await rename(aside, b);
          return world.engine.file(a, folder, world.trust);
        },
      })),
    );
  },
};

export const extraneous: Attack = {
  number: 9,
  name: "extraneous files",
  async run(world) {
    const names = ["install.sh", "release.json.bak", "checksums.txt.asc.orig", "extra/tool"];
    return tryAll(
      names.map((name) => ({
        what: `${name} lies beside the release`,
        async verdict() {
          const folder = await world.copy();
          await replace(join(folder, name), "echo 1\n");
          return world.engine.folder(folder, world.trust);
        },
      })),
    );
  },
};

export const links: Attack = {
  number: 18,
  name: "links in place of files",
  async run(world) {
    if (process.platform === "win32") return notApplicable("links need rights on this system");
    const [first] = world.release.artifacts;
    if (first === undefined) return notApplicable("the release has no artifact");
    const linked = (name: string, make: (path: string, aside: string) => Promise<void>): Variant => ({
      what: name,
      async verdict() {
        const folder = await world.copy();
        const aside = join(await world.folder(), "aside");
        const path = world.pathIn(folder, first);
        await link(path, aside);
        await rm(path);
        await make(path, aside);
        return world.engine.folder(folder, world.trust);
      },
    });
    return tryAll([
      linked(`${first.name} is a link to the right bytes`, (path, aside) => symlink(aside, path)),
      linked(`${first.name} is a chain of links`, async (path, aside) => {
        await symlink(aside, `${aside}-2`);
        await symlink(`${aside}-2`, path);
      }),
      linked(`${first.name} is a folder`, async (path) => {
        await mkdir(path);
      }),
      {
        what: "release.json is a link to the right bytes",
        async verdict() {
          const folder = await world.copy();
          const aside = join(await world.folder(), "release.json");
          await rename(join(folder, "release.json"), aside);
          await symlink(aside, join(folder, "release.json"));
          return world.engine.folder(folder, world.trust);
        },
      },
    ]);
  },
};
