/** Decides the `systemd:` shorthand: the unit, its folders and environment as contents, and the scripts around it. */
import { posix } from "node:path";

import type { SystemdEntry } from "../model/config/packages.ts";
import type { Service, ServiceScripts } from "../model/package.ts";
import type { PackageKind } from "../model/package-kind.ts";
import type { PlannedFile } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import type { Scope } from "../model/template.ts";
import { generatedUnit } from "./unit.ts";

/** Where packages put units (systemd.unit(5)). */
const unitFolder = "/usr/lib/systemd/system";

export interface ServiceContext {
  readonly kind: PackageKind;
  /** The package's. */
  readonly name: string;
  readonly scope: Scope;
  /** What the package installs otherwise. */
  readonly installed: readonly PlannedFile[];
}

/** What a service adds to its package. */
export interface DecidedService {
  readonly contents: readonly PlannedFile[];
  readonly scripts: ServiceScripts;
}

/** Of a package that brings none. */
export const noService: DecidedService = { contents: [], scripts: {} };

export function decideService(entry: SystemdEntry | undefined, context: ServiceContext): DecidedService {
  if (entry === undefined) return noService;
  const { kind, name, scope } = context;
  const account = accountOf(entry, scope);
  const folders = foldersOf(entry, account, context);
  const units = unitsOf(entry, account, context);
  const environment = environmentOf(entry, account, context);
  const data = entry.data.map((folder) => folder.render(scope));
  const service: Service = {
    units: units.map(({ unit }) => unit),
    user: account.user,
    group: account.group,
    home: data[0] ?? "/nonexistent",
    about: name,
    enable: entry.enable,
    start: entry.start,
    restart: entry.restart,
    data,
  };
  return {
    contents: [...folders, ...environment, ...units.flatMap(({ file }) => file ?? [])],
    scripts: kind.service(service),
  };
}

interface Account {
  readonly user: string;
  readonly group: string;
}

/** Names that useradd takes everywhere (useradd(8), "CAVEATS"). */
const accountName = /^[a-z_][a-z0-9_-]{0,30}$/;

function accountOf({ user, group, place }: SystemdEntry, scope: Scope): Account {
  const name = user?.render(scope).trim() ?? "";
  const groupName = group?.render(scope).trim() ?? name;
  for (const [given, at] of [
    [name, user?.place],
    [groupName, group?.place],
  ] as const) {
    if (given === "" || accountName.test(given)) continue;
    throw new Problem("plan.invalid", `"${given}" cannot be the name of a system user`, {
      place: at ?? place,
      expected: "lower-case letters, digits, `_` and `-`, a letter first, at most 31",
    });
  }
  return { user: name, group: groupName };
}

/** Folders of data and configuration, but for those that `contents` lists itself. */
function foldersOf(entry: SystemdEntry, { user, group }: Account, context: ServiceContext): readonly PlannedFile[] {
  const { scope, installed } = context;
  const listed = new Set(installed.filter(({ source }) => source === "dir").map(({ to }) => posix.normalize(to)));
  const owner = user === "" ? "root" : user;
  const of = group === "" ? "root" : group;
  const folders = [
    ...entry.data.map((folder) => ({ folder, owner })),
    ...entry.config.map((folder) => ({ folder, owner: "root" })),
  ];
  return folders.flatMap(({ folder, owner: by }): readonly PlannedFile[] => {
    const to = folder.render(scope);
    if (listed.has(posix.normalize(to))) return [];
    return [{ source: "dir", from: "", to, mode: 0o750, owner: by, group: of, place: folder.place }];
  });
}

function environmentOf(entry: SystemdEntry, { group }: Account, context: ServiceContext): readonly PlannedFile[] {
  const { environment } = entry;
  if (environment === undefined) return [];
  const to = environmentPath(context.name);
  return [
    {
      source: "glob",
      from: environment.render(context.scope),
      to,
      type: "config|noreplace",
      mode: 0o640,
      owner: "root",
      group: group === "" ? "root" : group,
      place: environment.place,
    },
  ];
}

function environmentPath(name: string): string {
  return `/etc/${name}/environment`;
}

interface UnitFile {
  readonly unit: string;
  /** Undefined where `contents` installs it already. */
  readonly file: PlannedFile | undefined;
}

function unitsOf(entry: SystemdEntry, account: Account, context: ServiceContext): readonly UnitFile[] {
  const { scope, installed, name } = context;
  if (entry.units.length === 0) {
    const unit = `${name}.service`;
    const text = generatedUnit({
      exec: entry.exec?.render(scope).trim() ?? firstProgram(entry, installed),
      scope,
      account,
      data: entry.data.map((folder) => folder.render(scope)),
      environment: entry.environment === undefined ? undefined : environmentPath(name),
      settings: Object.fromEntries(Object.entries(entry.service).map(([key, value]) => [key, value.render(scope)])),
    });
    return [{ unit, file: { source: "text", from: text, to: `${unitFolder}/${unit}`, place: entry.place } }];
  }
  return entry.units.map((template) => {
    const from = template.render(scope).trim();
    const unit = posix.basename(from);
    if (!/^[A-Za-z0-9:_.\\@-]+\.(service|socket|timer|path|target|mount)$/.test(unit))
      throw new Problem("plan.invalid", `"${from}" is no unit file`, {
        place: template.place ?? entry.place,
        expected: "a file whose name ends with .service, .socket, .timer, .path, .target or .mount",
      });
    const isThere = installed.some(({ to }) => to.endsWith(`/systemd/system/${unit}`));
    return {
      unit,
      file: isThere
        ? undefined
        : { source: "glob", from, to: `${unitFolder}/${unit}`, mode: 0o644, place: template.place },
    };
  });
}

function firstProgram({ place }: SystemdEntry, installed: readonly PlannedFile[]): string {
  const program = installed.find(({ source }) => source === "artifact");
  if (program !== undefined) return program.to;
  throw new Problem("plan.invalid", "systemd: there is no program that a generated unit could start", {
    place,
    hint: "Name one with `exec`, or a unit file with `unit`.",
  });
}
