/** What rpm packages do for a service: what systemd's macros for spec files expand to (systemd, src/rpm/macros.systemd.in), as plain sh. */
import type { Service, ServiceScripts } from "../../../model/package.ts";
import { quoted } from "../quote.ts";

/**
 * The user and its group before the files are unpacked; on the first installation (`$1` is 1) the units are enabled and started
 * where that is wanted, on the last removal (`$1` is 0) stopped and disabled, on an upgrade restarted where they run. Nothing is
 * done where systemd is not there, or not running.
 */
export function rpmService(service: Service): ServiceScripts {
  const units = service.units.map(quoted).join(" ");
  return {
    ...(service.user === "" && service.group === "" ? {} : { preinstall: { before: createUser(service) } }),
    postinstall: { after: first(service, units) },
    preremove: { before: stop(units) },
    postremove: { after: afterRemoval(service, units) },
  };
}

/** The same as %sysusers_create_compat: groups and users that are there stay as they are. */
function createUser({ user, group, home, about }: Service): string {
  const name = group === "" ? user : group;
  const lines = [`getent group ${quoted(name)} >/dev/null || groupadd --system ${quoted(name)}`];
  if (user !== "") {
    const options = [
      "--system",
      `--gid ${quoted(name)}`,
      `--home-dir ${quoted(home === "" ? "/" : home)}`,
      "--no-create-home",
      "--shell /usr/sbin/nologin",
      `--comment ${quoted(about)}`,
    ];
    lines.push(`getent passwd ${quoted(user)} >/dev/null || useradd ${options.join(" ")} ${quoted(user)}`);
  }
  return `${lines.join("\n")}\n`;
}

function first({ enable, start }: Service, units: string): string {
  const running = ["systemctl daemon-reload || :"];
  if (start) running.push(`if [ "$1" -eq 1 ]; then systemctl start ${units} || :; fi`);
  return guarded([
    ...(enable ? [`if [ "$1" -eq 1 ]; then systemctl --no-reload enable ${units} || :; fi`] : []),
    ...whereRunning(running),
  ]);
}

function stop(units: string): string {
  return guarded([
    'if [ "$1" -eq 0 ]; then',
    "  if [ -d /run/systemd/system ]; then",
    `    systemctl --no-reload disable --now ${units} || :`,
    "  else",
    `    systemctl --no-reload disable ${units} || :`,
    "  fi",
    "fi",
  ]);
}

function afterRemoval({ restart }: Service, units: string): string {
  const again = restart ? [`if [ "$1" -ge 1 ]; then systemctl try-restart ${units} || :; fi`] : [];
  return guarded(whereRunning(["systemctl daemon-reload || :", ...again]));
}

function whereRunning(lines: readonly string[]): readonly string[] {
  return ["if [ -d /run/systemd/system ]; then", ...lines.map((line) => `  ${line}`), "fi"];
}

function guarded(lines: readonly string[]): string {
  return `if command -v systemctl >/dev/null 2>&1; then\n${lines.map((line) => `  ${line}\n`).join("")}fi\n`;
}
