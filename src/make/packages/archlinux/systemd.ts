/** Scripts that take care of a service on Arch. */
import type { Service, ServiceScripts } from "../../../model/package.ts";
import { quoted } from "../quote.ts";

/**
 * Accounts exist before files are unpacked, made by hand since systemd-sysusers would read them from a file that is not there yet.
 * Arch leaves it to people to enable services; what the package asks for is carried out all the same. pacman reloads systemd
 * only when all packages are done, so it is reloaded here before a unit is started.
 */
export function archService(service: Service): ServiceScripts {
  const { units, enable, start, restart } = service;
  const names = units.map(quoted).join(" ");
  const before = accounts(service);
  return {
    ...(before === "" ? {} : { preinstall: { before }, preupgrade: { before } }),
    postinstall: {
      after: [
        running("systemctl daemon-reload"),
        ...(enable ? [available(`systemctl enable ${names}`)] : []),
        ...(start ? [running(`systemctl start ${names}`)] : []),
      ].join(""),
    },
    postupgrade: {
      after: [running("systemctl daemon-reload"), ...(restart ? [running(`systemctl try-restart ${names}`)] : [])].join(
        "",
      ),
    },
    preremove: {
      before: [running(`systemctl stop ${names} || true`), available(`systemctl disable ${names} || true`)].join(""),
    },
    postremove: { after: running("systemctl daemon-reload") },
  };
}

/** Where systemd is the machine's init and has booted it. */
function running(command: string): string {
  return `if [ -d /run/systemd/system ]; then ${command}; fi\n`;
}

function available(command: string): string {
  return `if command -v systemctl >/dev/null 2>&1; then ${command}; fi\n`;
}

function accounts({ user, group, home, about }: Service): string {
  if (user === "") return "";
  const comment = about === "" ? "" : ` --comment ${quoted(about.replaceAll(/[:\n]/g, " "))}`;
  return [
    `if ! getent group ${quoted(group)} >/dev/null; then groupadd --system ${quoted(group)}; fi`,
    `if ! getent passwd ${quoted(user)} >/dev/null; then`,
    `  useradd --system --gid ${quoted(group)} --home-dir ${quoted(home)} --no-create-home --shell /usr/bin/nologin${comment} ${quoted(user)}`,
    "fi\n",
  ].join("\n");
}
