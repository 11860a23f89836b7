/** Writes the unit file of a service that brings none: hardened, and no more than the service asks for. Pure. */
import type { Scope } from "../model/template.ts";

export interface UnitRequest {
  /** Command line; its program is an absolute path (systemd.service(5), "COMMAND LINES"). */
  readonly exec: string;
  readonly scope: Scope;
  /** Empty: root. */
  readonly account: { readonly user: string; readonly group: string };
  /** Folders it writes into; the first is where it works. */
  readonly data: readonly string[];
  readonly environment: string | undefined;
  /** Further settings of [Service], over what would stand there. */
  readonly settings: Readonly<Record<string, string>>;
}

/** The text of the unit (systemd.unit(5), systemd.service(5), systemd.exec(5)). */
export function generatedUnit({ exec, scope, account, data, environment, settings }: UnitRequest): string {
  const project = scope["project"] as Readonly<Record<string, string | undefined>>;
  const documentation = project["documentation"] || project["homepage"] || "";
  const service: Readonly<Record<string, string>> = {
    Type: "simple",
    User: account.user,
    Group: account.group,
    EnvironmentFile: environment ?? "",
    ExecStart: exec,
    WorkingDirectory: data[0] ?? "",
    Restart: "on-failure",
    RestartSec: "5",
    StandardOutput: "journal",
    StandardError: "journal",
    NoNewPrivileges: "yes",
    ProtectSystem: "strict",
    ProtectHome: "yes",
    ReadWritePaths: data.join(" "),
    PrivateTmp: "yes",
    ...settings,
  };
  return [
    "[Unit]",
    ...linesOf({
      Description: oneLine(project["description"] || String(scope["name"])),
      Documentation: documentation,
      After: "network-online.target",
      Wants: "network-online.target",
    }),
    "",
    "[Service]",
    ...linesOf(service),
    "",
    "[Install]",
    "WantedBy=multi-user.target",
    "",
  ].join("\n");
}

function linesOf(settings: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(settings).flatMap(([key, value]) => (value === "" ? [] : [`${key}=${oneLine(value)}`]));
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ").trim();
}
