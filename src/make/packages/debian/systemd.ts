/** A service's fragments of maintainer scripts: what debhelper 13 writes for dh_installsystemd, with the user created before. */
import type { Service, ServiceScripts } from "../../../model/package.ts";
import { createAccounts } from "./accounts.ts";
import { quoted } from "../quote.ts";

/** After unpacking, and when something that was begun is undone (Debian Policy 6.5). */
const whenConfigured =
  'if [ "$1" = configure ] || [ "$1" = abort-upgrade ] || [ "$1" = abort-deconfigure ] || [ "$1" = abort-remove ]; then';

/**
 * By deb-systemd-helper, so that units an administrator disabled or masked stay so over upgrades, removal and installing again.
 * Nothing is started where systemd does not run: in a chroot, in most containers.
 */
export function systemdScripts(service: Service): ServiceScripts {
  const accounts = createAccounts(service);
  return {
    ...(accounts === "" ? {} : { preinstall: { before: inPreinst(accounts) } }),
    postinstall: {
      after: `${whenConfigured}\n${service.units.map((unit) => enable(unit, service)).join("")}fi\n${start(service)}`,
    },
    preremove: { before: stop(service) },
    postremove: { after: afterRemoval(service) },
  };
}

function inPreinst(accounts: string): string {
  return `if [ "$1" = install ] || [ "$1" = upgrade ]; then\n${indent(accounts)}fi\n`;
}

function enable(unit: string, { enable: enabled }: Service): string {
  const name = quoted(unit);
  const helper = (action: string): string => `deb-systemd-helper ${action} ${name}`;
  const linked = enabled
    ? `	if ${helper("--quiet was-enabled")}; then
		${helper("enable")} >/dev/null || true
	else
		${helper("update-state")} >/dev/null || true
	fi
`
    : `	if ${helper("debian-installed")} && ${helper("--quiet was-enabled")}; then
		${helper("enable")} >/dev/null || true
	fi
	${helper("update-state")} >/dev/null || true
`;
  return `	${helper("unmask")} >/dev/null || true\n${linked}`;
}

/** deb-systemd-invoke starts nothing that is disabled, and asks policy-rc.d. What an administrator stopped stays so over upgrades. */
function start({ units, start: starts, restart: restarts }: Service): string {
  const restart = units.map(
    (unit) =>
      `			[ "$(systemctl is-active ${quoted(unit)})" = inactive ] || deb-systemd-invoke restart ${quoted(unit)} >/dev/null || true\n`,
  );
  const first = `			deb-systemd-invoke start ${units.map(quoted).join(" ")} >/dev/null || true\n`;
  return `${whenConfigured}
	if [ -d /run/systemd/system ]; then
		systemctl --system daemon-reload >/dev/null || true
		if [ -n "$2" ]; then
${restarts ? restart.join("") : "			:\n"}		else
${starts ? first : "			:\n"}		fi
	fi
fi
`;
}

function stop({ units }: Service): string {
  return `if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
	deb-systemd-invoke stop ${units.map(quoted).join(" ")} >/dev/null || true
fi
`;
}

/** Users stay, since files may still be theirs. */
function afterRemoval({ units, data }: Service): string {
  const names = units.map(quoted).join(" ");
  return `if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
	systemctl --system daemon-reload >/dev/null || true
fi
if [ "$1" = purge ]; then
	if [ -x /usr/bin/deb-systemd-helper ]; then
		deb-systemd-helper purge ${names} >/dev/null || true
		deb-systemd-helper unmask ${names} >/dev/null || true
	fi
${data.map((folder) => `	rm -rf -- ${quoted(folder)}\n`).join("")}fi
`;
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "\t");
}
