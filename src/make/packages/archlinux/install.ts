/** The `.INSTALL` of Arch packages: one file of shell functions for all scripts. */
import type { ScriptName } from "../../../model/package.ts";
import { Problem } from "../../../model/problem.ts";
import type { PackageEntry } from "../format.ts";
import { quoted } from "../quote.ts";
import { splitShebang } from "../scripts.ts";

/** Functions pacman calls (PKGBUILD(5), "install/upgrade/remove scripting"), with the new version, then the old one. */
const functions = {
  preinstall: "pre_install",
  postinstall: "post_install",
  preupgrade: "pre_upgrade",
  postupgrade: "post_upgrade",
  preremove: "pre_remove",
  postremove: "post_remove",
} as const satisfies Partial<Record<ScriptName, string>>;

/** Scripts an Arch package can carry. */
export const archScripts = Object.keys(functions) as readonly (keyof typeof functions)[];

/**
 * The file's text, or undefined where it has no function. Each function's body is a subshell, so that an `exit` in it ends that
 * script and nothing else. Fails with `plan.invalid` on a script that is for another interpreter than a shell.
 */
export function installFile(
  scripts: Readonly<Partial<Record<ScriptName, string>>>,
  entries: readonly PackageEntry[],
): string | undefined {
  const owners = ownerLines(entries);
  const parts = archScripts.flatMap((name) => {
    const text = scripts[name];
    const before = name === "postinstall" || name === "postupgrade" ? owners : "";
    return text === undefined && before === "" ? [] : [functionOf(functions[name], before, text)];
  });
  return parts.length === 0 ? undefined : parts.join("\n");
}

function functionOf(name: string, before: string, script: string | undefined): string {
  if (script === undefined) return `${name}() (\n${before})\n`;
  const { shebang, body } = splitShebang(script);
  const flags = /^#! ?(?:\/usr)?\/bin\/(?:env )?(?:ba|da)?sh((?: -[a-z]+)*)$/.exec(shebang)?.[1];
  if (flags === undefined)
    throw new Problem("plan.invalid", `a script that begins with ${shebang} cannot be a function of an Arch package`, {
      expected: "a shell script",
      hint: "Install the program, and call it from a shell script.",
    });
  // `:` since a body of comments alone would be no command.
  const first = flags === "" ? ":" : `set${flags}`;
  return `${name}() (\n${before}${first}\n${body})\n`;
}

/**
 * Gives files to others than root once they are installed: pacman unpacks by number, and the numbers of a package's own user are
 * only known on the machine. Modes follow, since a change of owner takes setuid away.
 */
function ownerLines(entries: readonly PackageEntry[]): string {
  return entries
    .filter(({ owner, group }) => owner !== "root" || group !== "root")
    .flatMap(({ path, owner, group, mode, type }) => [
      `chown -h ${quoted(`${owner}:${group}`)} ${quoted(`/${path}`)}\n`,
      ...(type === "symlink" ? [] : [`chmod ${(mode & 0o7777).toString(8)} ${quoted(`/${path}`)}\n`]),
    ])
    .join("");
}
