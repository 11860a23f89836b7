/** The matrix of packages and package managers: every case is a test of its own with every manager. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

import type { PackageFormat } from "../../src/make/packages/format.ts";
import { packages } from "../../src/make/packages/table.ts";
import type { PackageDraft } from "../../src/model/package-kind.ts";
import { needsRoot } from "../judges.ts";
import { decidePackage, type Described, makePackage, projectFiles } from "../worlds/packages.ts";
import type { Root } from "../worlds/roots.ts";
import type { Manager, Session } from "./managers/manager.ts";

/** A package of a case: what it is and the project's files it is made of. */
export interface Case extends Described {
  readonly files: Readonly<Record<string, string>>;
}

/** A package that was made. */
export interface Made {
  /** Of the file on this machine. */
  readonly path: string;
  readonly draft: PackageDraft;
}

/** What a test of the matrix is given. */
export interface Cell {
  readonly manager: Manager;
  readonly root: Root;
  readonly session: Session;
  /** Makes the package in the manager's format; once for all managers of a format. */
  make(described: Case): Promise<Made>;
}

/** Declares a test for each of the managers: `dpkg 1.21 installs ...`. */
export function withManagers(
  managers: readonly Manager[],
): (title: string, body: (cell: Cell) => Promise<unknown>, timeout?: number) => void {
  const make = maker();
  return (title, body, timeout) => {
    for (const manager of managers)
      needsRoot(manager.root, ...manager.tools)(
        `${manager.name} ${title}`,
        async (root, tools) => {
          const session = await manager.open(root, tools);
          await body({ manager, root, session, make: (described) => make(manager.format, described) });
        },
        timeout,
      );
  };
}

/** Makes packages of this test file, each once; those of one case in all formats from the same project. */
function maker(): (format: string, described: Case) => Promise<Made> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-matrix-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const projects = new Map<Case, { readonly path: Promise<string>; readonly made: Map<string, Promise<Made>> }>();
  return (kind, described) => {
    const project = projects.get(described) ?? {
      path: projectOf(join(folder, String(projects.size)), described),
      made: new Map<string, Promise<Made>>(),
    };
    projects.set(described, project);
    const made = project.made.get(kind) ?? project.path.then((path) => makeOne(path, formatOf(kind), described));
    project.made.set(kind, made);
    return made;
  };
}

async function projectOf(folder: string, { files }: Case): Promise<string> {
  await projectFiles(folder, files);
  return folder;
}

async function makeOne(folder: string, format: PackageFormat, described: Case): Promise<Made> {
  return { path: await makePackage(folder, format, described), draft: decidePackage(format, described) };
}

function formatOf(kind: string): PackageFormat {
  const format = packages.get(kind);
  if (format === undefined) throw new Error(`there is no package format ${kind}`);
  return format;
}
