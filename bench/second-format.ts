/** What a second format costs: a deb and an rpm of one program beside the deb alone. */

import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryOf } from "../test/worlds/repository.ts";
import type { Benchmark, Contestant } from "./harness/benchmark.ts";
import { compiledSlipway } from "./harness/compiled.ts";
import { fivePrograms } from "./harness/programs.ts";

const config = (formats: string): string => `slipway: 1
project: { name: tool, license: MIT, maintainer: Tool Team <team@example.com>, description: a tool }
archives: []
packages:
  - formats: [${formats}]
    from: []
    contents: [{ from: payload/tool, to: /usr/share/tool/tool }]
`;

export const benchmark: Benchmark = {
  name: "second-format",
  ours: "deb and rpm",
  peer: "deb",
  input: "one program of 43 MB (Biome 2.2.4) by Slipway; nothing cached",
  goal: { wall: 1.1 },
  runs: 5,
  prepare(folder) {
    const command = compiledSlipway(folder);
    const side = (name: string, formats: string): Contestant & { readonly cwd: string } => {
      const source = join(folder, `${name}-source`);
      mkdirSync(source);
      writeFileSync(join(source, "slipway.yaml"), config(formats));
      writeFileSync(join(source, ".gitignore"), "dist/\npayload/\n");
      const history = { commits: [{ message: "tool", tags: ["v1.0.0"] }], folder: join(folder, name) };
      const cwd = repositoryOf(source, "tool", history);
      mkdirSync(join(cwd, "payload"));
      copyFileSync(join(fivePrograms(), "linux_amd64"), join(cwd, "payload", "tool"));
      const cache = join(folder, `${name}-cache`);
      const reset = (): void => rmSync(cache, { recursive: true, force: true });
      return { command, args: ["release", "--clean"], cwd, env: { SLIPWAY_CACHE: cache }, reset };
    };
    const [peer, ours] = [side("one", "deb"), side("two", "deb, rpm")];
    return {
      peer,
      ours,
      check() {
        const made = (cwd: string): string =>
          readdirSync(join(cwd, "dist", "1.0.0"))
            .filter((name) => /\.(deb|rpm)$/.test(name))
            .toSorted()
            .join(" ");
        const [one, two] = [made(peer.cwd), made(ours.cwd)];
        if (one !== "tool_1.0.0_all.deb" || two !== "tool-1.0.0-1.noarch.rpm tool_1.0.0_all.deb")
          throw new Error(`made ${one} and ${two}`);
      },
    };
  },
};
