/** Reads npm's package-lock.json and npm-shrinkwrap.json (npm docs, package-lock.json; versions 1 to 3). */
import type { SbomPackage } from "../sbom/model.ts";
import { npmPurl } from "../sbom/purl.ts";
import {
  type Fields,
  fieldsIn,
  integrity,
  type LockFormat,
  parsedJson,
  textIn,
  unreadable,
  webAddress,
} from "./lock-file.ts";

export const packageLock: LockFormat = { file: "package-lock.json", read: readPackageLock };

export const npmShrinkwrap: LockFormat = { file: "npm-shrinkwrap.json", read: readPackageLock };

async function readPackageLock(text: string, file: string): Promise<readonly SbomPackage[]> {
  const { packages, dependencies } = await parsedJson(file, text);
  if (packages !== undefined)
    return fieldsIn(packages).flatMap(([path, fields]) =>
      installed(textIn(fields["name"]) ?? nameOf(path), path, fields),
    );
  return nested(dependencies, file, 0);
}

/** The part of a path behind its last node_modules; empty for the project and its workspaces. */
function nameOf(path: string): string {
  const at = path.lastIndexOf("node_modules/");
  return at < 0 ? "" : path.slice(at + "node_modules/".length);
}

function installed(name: string, path: string, fields: Fields): readonly SbomPackage[] {
  // Links lead to workspaces.
  if (!path.includes("node_modules/") || fields["link"] === true) return [];
  return packageOf(name, fields);
}

/** Version 1 nests what is installed beneath others. */
function nested(dependencies: unknown, file: string, depth: number): readonly SbomPackage[] {
  if (depth > 100) throw unreadable(file, "it is nested too deeply");
  return fieldsIn(dependencies).flatMap(([name, fields]) => [
    ...packageOf(name, fields),
    ...nested(fields["dependencies"], file, depth + 1),
  ]);
}

function packageOf(name: string, fields: Fields): readonly SbomPackage[] {
  const version = textIn(fields["version"]);
  if (name === "" || version === undefined || fields["dev"] === true) return [];
  const location = webAddress(textIn(fields["resolved"]) ?? version);
  const license = textIn(fields["license"]);
  return [
    {
      name,
      version,
      purl: npmPurl(name, version),
      hashes: integrity(textIn(fields["integrity"])),
      location,
      licenses: license === undefined ? undefined : [license],
    },
  ];
}
