/** A service's fragments of scripts for opkg: systemd where it runs, as on OpenEmbedded's systems, and nothing elsewhere. */
import type { Service, ServiceScripts } from "../../../model/package.ts";
import { createAccounts } from "../debian/accounts.ts";
import { quoted } from "../quote.ts";

/** Not while an image is built, whose root opkg names by a variable. */
const live = '[ -z "$D$IPKG_INSTROOT" ] && [ -d /run/systemd/system ]';

/**
 * opkg tells preinst whether it upgrades, and postinst not, so preinst leaves a note below /run, which no reboot outlives. There
 * is no purge, so that data stays.
 */
export function ipkServiceScripts(service: Service): ServiceScripts {
  const { units, enable, start, restart } = service;
  const names = units.map(quoted).join(" ");
  const note = quoted(`/run/${units[0] ?? ""}.upgrade`);
  const first = [enable ? `systemctl enable ${names}` : "", start ? `systemctl start ${names}` : ""];
  const lines = (commands: readonly string[]): string =>
    commands.map((command) => `		${command === "" ? ":" : `${command} >/dev/null || true`}\n`).join("");
  return {
    preinstall: {
      before: `${createAccounts(service)}if [ "$1" = upgrade ] && ${live}; then\n	: >${note}\nfi\n`,
    },
    postinstall: {
      after: `if ${live}; then
	systemctl daemon-reload >/dev/null || true
	if [ -e ${note} ]; then
		rm -f ${note}
${lines([restart ? `systemctl try-restart ${names}` : ""])}	else
${lines(first)}	fi
fi
`,
    },
    preremove: {
      before: `if [ "$1" != upgrade ] && ${live}; then\n	systemctl disable --now ${names} >/dev/null || true\nfi\n`,
    },
    postremove: { after: `if ${live}; then\n	systemctl daemon-reload >/dev/null || true\nfi\n` },
  };
}
