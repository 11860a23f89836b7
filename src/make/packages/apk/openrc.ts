/** Scripts that take care of a service on Alpine: OpenRC, or systemd where somebody runs that. */
import type { Service, ServiceScripts } from "../../../model/package.ts";
import { quoted } from "../quote.ts";

/**
 * Alpine's conventions: accounts by busybox's addgroup and adduser, before files are unpacked and at upgrades too, since apk runs
 * other scripts for them; services by OpenRC where the package or the machine has one of the unit's name in /etc/init.d. A machine
 * with neither OpenRC nor systemd, such as a container, is left alone.
 */
export function alpineService(service: Service): ServiceScripts {
  const before = accounts(service);
  return {
    ...(before === "" ? {} : { preinstall: { before }, preupgrade: { before } }),
    postinstall: { after: installed(service) },
    postupgrade: { after: upgraded(service) },
    preremove: { before: removed(service) },
    postremove: { after: reload },
  };
}

const hasSystemd = "command -v systemctl >/dev/null 2>&1";
const systemdRuns = "[ -d /run/systemd/system ]";
/** OpenRC writes this file when it has booted the machine. */
const openrcRuns = "[ -e /run/openrc/softlevel ]";
const reload = `if ${hasSystemd} && ${systemdRuns}; then systemctl daemon-reload; fi\n`;

function accounts({ user, group, home, about }: Service): string {
  if (user === "") return "";
  const [name, of] = [quoted(user), quoted(group)];
  const described = about === "" ? "" : ` -g ${quoted(about.replaceAll(/[:\n]/g, " "))}`;
  return [
    `if ! grep -q ${quoted(`^${group}:`)} /etc/group; then addgroup -S ${of}; fi`,
    `if ! grep -q ${quoted(`^${user}:`)} /etc/passwd; then`,
    `  adduser -S -D -H -h ${quoted(home)} -s /sbin/nologin -G ${of}${described} ${name}`,
    "fi\n",
  ].join("\n");
}

function installed(service: Service): string {
  const { units, enable, start } = service;
  const openrc = [
    ...(enable ? ['rc-update -q add "$service" default'] : []),
    ...(start ? [`if ${openrcRuns}; then rc-service "$service" start; fi`] : []),
  ];
  const systemd = [
    ...(enable ? [`systemctl enable ${words(units)}`] : []),
    ...(start ? [`if ${systemdRuns}; then systemctl start ${words(units)}; fi`] : []),
  ];
  return `${onOpenrc(units, openrc)}${onSystemd([`if ${systemdRuns}; then systemctl daemon-reload; fi`, ...systemd])}`;
}

function upgraded({ units, restart }: Service): string {
  if (!restart) return reload;
  const openrc = `if ${openrcRuns}; then rc-service --ifstarted "$service" restart; fi`;
  const systemd = `if ${systemdRuns}; then systemctl daemon-reload; systemctl try-restart ${words(units)}; fi`;
  return `${onOpenrc(units, [openrc])}${onSystemd([systemd])}`;
}

function removed({ units }: Service): string {
  const openrc = [
    `if ${openrcRuns}; then rc-service --ifstarted "$service" stop || true; fi`,
    'rc-update -q del "$service" default || true',
  ];
  const systemd = [
    `if ${systemdRuns}; then systemctl stop ${words(units)} || true; fi`,
    `systemctl disable ${words(units)} || true`,
  ];
  return `${onOpenrc(units, openrc)}${onSystemd(systemd)}`;
}

/** Only services have a counterpart in OpenRC; sockets and timers do not. */
function onOpenrc(units: readonly string[], lines: readonly string[]): string {
  const services = units.filter((unit) => unit.endsWith(".service")).map((unit) => unit.slice(0, -".service".length));
  if (services.length === 0 || lines.length === 0) return "";
  return [
    "if command -v rc-update >/dev/null 2>&1; then",
    `  for service in ${words(services)}; do`,
    '    [ -e "/etc/init.d/$service" ] || continue',
    ...lines.map((line) => `    ${line}`),
    "  done",
    "fi\n",
  ].join("\n");
}

function onSystemd(lines: readonly string[]): string {
  return [`if ${hasSystemd}; then`, ...lines.map((line) => `  ${line}`), "fi\n"].join("\n");
}

function words(texts: readonly string[]): string {
  return texts.map(quoted).join(" ");
}
