/** Maintainer scripts (Debian Policy 6): which script is called what, and upgrades, for which Debian has no scripts of their own. */
import type { ScriptName } from "../../../model/package.ts";
import { composeScript, splitShebang } from "../scripts.ts";

/** What a deb can carry. */
export const debScripts: readonly ScriptName[] = [
  ...(["preinstall", "postinstall", "preremove", "postremove", "preupgrade", "postupgrade"] as const),
  ...(["rules", "templates", "config"] as const),
];

type Scripts = Readonly<Partial<Record<ScriptName, string>>>;

interface Slot {
  readonly name: string;
  readonly script: ScriptName;
  /** The script that runs inside it on upgrades only. */
  readonly upgrade?: ScriptName;
  /** The words it is called with then, as a test. */
  readonly when?: string;
}

const slots: readonly Slot[] = [
  { name: "preinst", script: "preinstall", upgrade: "preupgrade", when: '[ "$1" = upgrade ]' },
  { name: "postinst", script: "postinstall", upgrade: "postupgrade", when: '[ "$1" = configure ] && [ -n "$2" ]' },
  { name: "prerm", script: "preremove" },
  { name: "postrm", script: "postremove" },
];

/**
 * The scripts under the names dpkg knows. `preupgrade` runs in preinst when that is called with `upgrade`, `postupgrade` in
 * postinst when it is called with `configure` and the version that was there; each with the same arguments, behind the script for
 * installing, which runs then as well. Fails with `plan.invalid` where one of two to be joined is no shell script.
 */
export function maintainerScripts(scripts: Scripts): readonly { readonly name: string; readonly text: string }[] {
  return slots.flatMap(({ name, script, upgrade, when = "" }) => {
    const own = scripts[script];
    const onUpgrade = upgrade === undefined ? undefined : scripts[upgrade];
    if (onUpgrade === undefined) return own === undefined ? [] : [{ name, text: own }];
    const whole = composeScript({ before: "", own: onUpgrade, after: ":\n" });
    const { body } = splitShebang(whole);
    return [{ name, text: composeScript({ before: "", own, after: `if ${when}; then\n${body}fi\n` }) }];
  });
}
