/** The packages of an SBOM that a Go program's build information names. */
import { type GoBuildInfo, type GoModule } from "../go-modules.ts";
import type { SbomPackage } from "./model.ts";
import { golangPurl } from "./purl.ts";

/** The modules a program was linked from, its own first, and Go's standard library. */
export function goPackages({ main, deps, goVersion }: GoBuildInfo): readonly SbomPackage[] {
  const [, version] = /^go(\S+)/.exec(goVersion) ?? [];
  const modules = main === undefined ? deps : [main, ...deps];
  return [...modules.map(modulePackage), ...(version === undefined ? [] : [standardLibrary(version)])];
}

/** The standard library has the version of its toolchain. */
function standardLibrary(version: string): SbomPackage {
  return {
    name: "stdlib",
    version: `go${version}`,
    purl: golangPurl("stdlib", version),
    licenses: ["BSD-3-Clause"],
    homepage: "https://go.dev",
    origin: "Go's standard library, compiled into the program",
  };
}

function modulePackage(module: GoModule): SbomPackage {
  const { replace } = module;
  if (replace === undefined) return packageOf(module, undefined);
  // A folder has no name that others know (go.mod reference, "replace directive").
  if (/^(\.{0,2}[/\\]|[A-Za-z]:)/.test(replace.path)) return packageOf({ ...module, sum: "" }, "replaced by a folder");
  const other = replace.path === module.path ? module.version : `${module.path} ${module.version}`;
  return packageOf(replace, `replaces ${other}`.trimEnd());
}

function packageOf({ path, version, sum }: GoModule, origin: string | undefined): SbomPackage {
  const known = version === "(devel)" ? "" : version;
  return {
    name: path,
    version: known,
    purl: golangPurl(path, known),
    goSum: sum === "" ? undefined : sum,
    origin,
  };
}
