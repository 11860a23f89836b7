/** Finds a Zig program: a build.zig that adds an executable. */
import { said, under, type Found, type Language } from "./found.ts";

export const zig: Language = {
  recognises: (names) => names.has("build.zig"),

  async find(tree, dir): Promise<Found> {
    const build = (await tree.read(under(dir, "build.zig"))) ?? "";
    const zon = (await tree.read(under(dir, "build.zig.zon"))) ?? "";
    const name = said(/\baddExecutable\([^;]*?\.name\s*=\s*"([^"]+)"/.exec(build)?.[1]);
    const called = said(
      /^\s*\.name\s*=\s*(?:"([^"]+)"|\.@"([^"]+)"|\.(\w+))/m
        .exec(zon)
        ?.slice(1)
        .find((group) => group !== undefined),
    );
    if (name === undefined) return { programs: [], about: { name: called } };
    return {
      programs: [{ kind: "zig", name, main: ".", dir, because: under(dir, "build.zig"), options: {}, remarks: [] }],
      about: { name: called ?? name },
    };
  },
};
