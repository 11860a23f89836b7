/** What the go command says of itself in a folder: its version and the settings that reach the bytes. */
import { join } from "node:path";

import type { JsonObject } from "../../../model/json.ts";
import type { MakeContext } from "../../maker.ts";

/** `go env`, less what differs by target, since one answer serves all targets, and less what only says where things lie. */
const settings = [
  "GOVERSION",
  "GOFLAGS",
  "GOEXPERIMENT",
  "GOFIPS140",
  "GODEBUG",
  "GO111MODULE",
  "GOMOD",
  "GOWORK",
  "GOMODCACHE",
  "GOROOT",
] as const;

export type GoSettings = Readonly<Record<(typeof settings)[number], string>>;

/** Asked once per folder, command and GOFLAGS in a run. The version is that of the toolchain go.mod selects. */
export function goSettings(dir: string, context: MakeContext): Promise<GoSettings> {
  const cwd = join(context.root, dir);
  const asked = [
    "go env",
    cwd,
    ...Object.entries(context.env).flatMap(([name, value]) => (isAsked(name) ? [`${name}=${value}`] : [])),
  ];
  return context.once(asked.join("\0"), async () => {
    const { stdout } = await context.run({ command: "go", args: ["env", "-json", ...settings], cwd, quiet: true });
    const said = JSON.parse(stdout) as Readonly<Record<string, string>>;
    return Object.fromEntries(settings.map((name) => [name, said[name] ?? ""])) as GoSettings;
  });
}

/** The part of the settings that a key holds: nothing of where this machine keeps its files. */
export function settingsKey(
  { GOMODCACHE: _cache, GOROOT: _root, GOMOD, GOWORK, ...rest }: GoSettings,
  relative: (path: string) => string,
): JsonObject {
  return { ...rest, GOMOD: relative(GOMOD), GOWORK: relative(GOWORK) };
}

function isAsked(name: string): boolean {
  return (
    (settings as readonly string[]).includes(name) || name === "GOTOOLCHAIN" || name === "GOENV" || name === "PATH"
  );
}
