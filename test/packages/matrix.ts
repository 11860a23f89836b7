/** The matrix of packages and package managers: every case is a test of its own with every manager. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

import type { PackageFormat } from "../../src/make/packages/format.ts";
import { packages } from "../../src/make/packages/table.ts";
import type { PackageDraft } from "../../src/model/package.ts";
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

/** Makes packages of this test file, each once. */
function maker(): (format: string, described: Case) => Promise<Made> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-matrix-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const made = new Map<Case, Map<string, Promise<Made>>>();
  let count = 0;
  return (kind, described) => {
    const ofCase = made.get(described) ?? new Map<string, Promise<Made>>();
    made.set(described, ofCase);
    const known = ofCase.get(kind) ?? makeOne(join(folder, String((count += 1))), formatOf(kind), described);
    ofCase.set(kind, known);
    return known;
  };
}

async function makeOne(folder: string, format: PackageFormat, described: Case): Promise<Made> {
  await projectFiles(folder, described.files);
  return { path: await makePackage(folder, format, described), draft: decidePackage(format, described) };
}

function formatOf(kind: string): PackageFormat {
  const format = packages.get(kind);
  if (format === undefined) throw new Error(`there is no package format ${kind}`);
  return format;
}
