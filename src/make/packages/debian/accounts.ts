/** Shell that creates a service's user and group, with whichever tools the machine has. Nothing is changed where they exist. */
import type { Service } from "../../../model/package.ts";
import { quoted } from "../quote.ts";

/** POSIX sh; empty where the service needs no user. shadow's tools are on every Debian, busybox's on small systems. */
export function createAccounts({ user, group, home, about }: Service): string {
  if (user === "") return "";
  const [name, team] = [quoted(user), quoted(group === "" ? user : group)];
  const [folder, words] = [quoted(home === "" ? "/nonexistent" : home), quoted(about.replaceAll(/[:\n]/g, " "))];
  return `_exists() {
	if command -v getent >/dev/null 2>&1; then getent "$1" "$2" >/dev/null; else grep -q "^$2:" "/etc/$1"; fi
}
_nologin=/usr/sbin/nologin
[ -x "$_nologin" ] || _nologin=/sbin/nologin
[ -x "$_nologin" ] || _nologin=/bin/false
if ! _exists group ${team}; then
	if command -v groupadd >/dev/null 2>&1; then groupadd --system ${team}; else addgroup -S ${team}; fi
fi
if ! _exists passwd ${name}; then
	if command -v useradd >/dev/null 2>&1; then
		useradd --system --gid ${team} --home-dir ${folder} --no-create-home --shell "$_nologin" --comment ${words} ${name}
	else
		adduser -S -D -H -h ${folder} -s "$_nologin" -G ${team} -g ${words} ${name}
	fi
fi
`;
}
