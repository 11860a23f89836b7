/** Programs that build a Dockerfile, and how each is asked for one platform's image as an OCI archive. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { onDisk } from "../../../model/disk.ts";
import { Problem } from "../../../model/problem.ts";
import type { Command, CommandResult, MakeContext } from "../../maker.ts";
import { dockerfileName } from "./folder.ts";

export interface BuildRequest {
  /** Absolute path of the context folder. */
  readonly folder: string;
  /** `linux/arm/v7`. */
  readonly platform: string;
  /** The stage; empty: the last. */
  readonly target: string;
  readonly args: Readonly<Record<string, string>>;
  /** Where the OCI archive is to be; nothing is there yet. */
  readonly archive: string;
}

/** What a program prints when it is asked something; undefined where it is not there or fails. */
export type Ask = (command: string, args: readonly string[]) => Promise<string | undefined>;

export interface BuildTool {
  readonly name: string;
  /** Whether it is there and could build. */
  isThere(ask: Ask): Promise<boolean>;
  build(request: BuildRequest, context: MakeContext): Promise<void>;
}

/** Docker's builder. Times of files and of the image are the release's, where the builder is new enough (BuildKit 0.13). */
const buildx: BuildTool = {
  name: "buildx",
  async isThere(ask) {
    const builder = await ask("docker", ["buildx", "inspect"]);
    if (builder === undefined || /^Error:/m.test(builder)) return false;
    if (!/^Driver:\s+docker$/m.test(builder)) return true;
    // Docker's own builder writes OCI archives only where containerd keeps its images.
    const storage = await ask("docker", ["info", "--format", "{{json .DriverStatus}}"]);
    return storage?.includes("io.containerd.snapshotter") === true;
  },
  async build(request, context) {
    const output = `type=oci,dest=${request.archive},rewrite-timestamp=true`;
    // Attestations hold times and the builder's name.
    const plain = ["--provenance=false", "--sbom=false"];
    await context.run({
      command: "docker",
      args: ["buildx", "build", ...plain, "--output", output, ...common(request)],
    });
  },
};

/** Podman and buildah are one builder with two command lines. */
function buildahLike(name: string, build: string, save: (id: string, archive: string) => readonly string[]): BuildTool {
  return {
    name,
    isThere: async (ask) => (await ask(name, ["--version"])) !== undefined,
    async build(request, context) {
      const ids = `${request.archive}.id`;
      const same = ["--format", "oci", "--timestamp", String(context.epoch), "--identity-label=false"];
      await context.run({ command: name, args: [build, ...same, "--iidfile", ids, ...common(request)] });
      const id = (await onDisk(ids, () => readFile(ids, "utf8"))).trim();
      await context.run({ command: name, args: save(id, request.archive) });
    },
  };
}

/** In the order in which they are taken. */
const tools: readonly BuildTool[] = [
  buildx,
  buildahLike("podman", "build", (id, archive) => [
    "save",
    "--quiet",
    "--format",
    "oci-archive",
    "--output",
    archive,
    id,
  ]),
  buildahLike("buildah", "build", (id, archive) => ["push", "--quiet", id, `oci-archive:${archive}`]),
];

function common({ folder, platform, target, args }: BuildRequest): readonly string[] {
  return [
    "--platform",
    platform,
    "--file",
    join(folder, dockerfileName),
    ...(target === "" ? [] : ["--target", target]),
    ...Object.keys(args)
      .toSorted()
      .flatMap((name) => ["--build-arg", `${name}=${args[name] ?? ""}`]),
    folder,
  ];
}

/** The tool of that name, or the first that is there for `auto`. Throws `tool.missing`. */
export async function chooseTool(name: string, ask: Ask): Promise<BuildTool> {
  const candidates = name === "auto" ? tools : tools.filter((tool) => tool.name === name);
  for (const tool of candidates) if (await tool.isThere(ask)) return tool;
  const missing = candidates.map((tool) => tool.name).join(", ");
  throw new Problem("tool.missing", `${name === "auto" ? "nothing" : name} is there to build a Dockerfile with`, {
    expected: missing.replace(/, ([^,]+)$/, " or $1"),
    hint: "Install one of them (apt-get install buildah), or make the image with `base` and `contents`, which needs none.",
  });
}

/** Asks by running the program; where it is not there or fails there is no answer. */
export function asking(run: (command: Command) => Promise<CommandResult>): Ask {
  return async (command, args) => {
    try {
      return (await run({ command, args, quiet: true })).stdout;
    } catch (thrown) {
      const isNone = thrown instanceof Problem && (thrown.code === "tool.missing" || thrown.code === "step.failed");
      if (isNone) return undefined;
      throw thrown;
    }
  };
}
