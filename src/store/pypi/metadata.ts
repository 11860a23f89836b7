/** What a Python distribution says of itself: METADATA of a wheel, PKG-INFO of an sdist (packaging.python.org, "Core metadata specifications"). */
import { readZip } from "../../format/zip/read.ts";
import { Problem } from "../../model/problem.ts";
import { accessFile } from "../file-access.ts";
import type { PackageFile, PackageSelf } from "../packages/registry.ts";
import { filesInTarball } from "../packages/tarball.ts";

export interface PythonPackage extends PackageSelf {
  /** `bdist_wheel` or `sdist`. */
  readonly filetype: string;
  /** Of a wheel `py3`, `cp313`; of an sdist `source`. */
  readonly pyversion: string;
  /** Header fields in their order, names as they are written. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** What stands behind the header; empty where nothing does. */
  readonly description: string;
}

const mostMetadata = 4 * 1024 * 1024;

/** Fails with `format.invalid` where what it says of itself cannot be read, or differs from its file name. */
export async function readPythonPackage(file: PackageFile): Promise<PythonPackage | { readonly unfit: string }> {
  const { name } = file.artifact;
  const found = name.endsWith(".whl") ? await inWheel(file) : await inSdist(file);
  if (found === undefined) return { unfit: "it is no Python distribution: there is no metadata in it" };
  const { fields, description } = readFields(found);
  const field = (wanted: string): string => fields.find(([key]) => key.toLowerCase() === wanted)?.[1] ?? "";
  const [own, version] = [field("name"), field("version")];
  if (own === "" || version === "")
    throw new Problem("format.invalid", `${name}: its metadata say no name or no version`);
  const called = guessOfFileName(name);
  if (called !== undefined && simpleName(called.name) !== simpleName(own))
    throw new Problem("format.invalid", `${name}: its metadata say that it is ${own}`);
  const isWheel = name.endsWith(".whl");
  return {
    name: own,
    version,
    needs: fields.filter(([key]) => key.toLowerCase() === "requires-dist").map(([, value]) => requirement(value)),
    filetype: isWheel ? "bdist_wheel" : "sdist",
    pyversion: isWheel ? (name.split("-").at(-3) ?? "") : "source",
    fields,
    description,
  };
}

async function inWheel({ path, artifact }: PackageFile): Promise<Buffer | undefined> {
  const found: Buffer[] = [];
  for await (const member of readZip(await accessFile(path))) {
    if (member.type !== "file" || !/^[^/]+\.dist-info\/METADATA$/.test(member.path)) continue;
    if (member.size > mostMetadata)
      throw new Problem("format.invalid", `${artifact.name}: its METADATA is larger than ${mostMetadata} bytes`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of member.open()) chunks.push(new Uint8Array(chunk));
    found.push(Buffer.concat(chunks));
  }
  if (found.length > 1) throw new Problem("format.invalid", `${artifact.name}: it has the metadata of two packages`);
  return found[0];
}

async function inSdist({ open }: PackageFile): Promise<Buffer | undefined> {
  const files = await filesInTarball(open(), (path) => /^[^/]+\/PKG-INFO$/.test(path));
  return [...files.values()][0];
}

/** Header fields as e-mail has them: a line that begins with a blank goes on with the one before. */
function readFields(bytes: Buffer): Pick<PythonPackage, "fields" | "description"> {
  const text = bytes.toString("utf8").replaceAll("\r\n", "\n");
  const end = text.indexOf("\n\n");
  const header = end < 0 ? text : text.slice(0, end);
  const fields: [string, string][] = [];
  for (const line of header.split("\n")) {
    const last = fields.at(-1);
    const [, key, value] = /^([A-Za-z0-9-]+):[ \t]*(.*)$/.exec(line) ?? [];
    if (/^[ \t]/.test(line) && last !== undefined) last[1] += `\n${line.replace(/^ {7}\|/, "").replace(/^ {8}/, "")}`;
    else if (key !== undefined && value !== undefined) fields.push([key, value]);
  }
  return { fields, description: end < 0 ? "" : text.slice(end + 2) };
}

/** The name in a requirement: `requests[socks]>=2; python_version < "3.9"`. */
function requirement(text: string): string {
  return /^[A-Za-z0-9._-]+/.exec(text.trim())?.[0] ?? "";
}

/** As indexes call a project (PEP 503): `My.Pkg` and `my_pkg` are one. */
export function simpleName(name: string): string {
  return name.replace(/[-_.]+/g, "-").toLowerCase();
}

/** What a wheel (PEP 427) or an sdist (PEP 625) is called by its file's name; undefined for other files. */
export function guessOfFileName(file: string): { readonly name: string; readonly version: string } | undefined {
  const wheel = /^([^-]+)-([^-]+)(?:-\d[^-]*)?-[^-]+-[^-]+-[^-]+\.whl$/.exec(file);
  const [, name, version] = wheel ?? /^(.+)-(\d[^-]*)\.tar\.gz$/.exec(file) ?? [];
  return name === undefined || version === undefined ? undefined : { name, version };
}
