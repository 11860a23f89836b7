/** Puts a package's script together: what the format adds for a service, around what the user wrote. */
import type { ScriptName } from "../../model/package.ts";
import { Problem } from "../../model/problem.ts";

interface Parts {
  readonly before: string;
  /** As the user wrote it, with or without `#!` line. */
  readonly own: string | undefined;
  readonly after: string;
}

/**
 * A whole script with `#!` line and final newline. What the user wrote stands in a subshell where something follows, so that its
 * `exit 0` does not leave that out, and keeps its own `#!` line. Fails with `plan.invalid` where the user's is no shell script and
 * something must stand around it.
 */
export function composeScript({ before, own, after }: Parts): string {
  if (own === undefined) return `#!/bin/sh\nset -e\n${before}${after}`;
  const { shebang, body } = splitShebang(own);
  if (before === "" && after === "") return `${shebang}\n${body}`;
  if (!/^#! ?(\/[^ ]+)?\/bin\/(env )?(ba|da|a|z|k)?sh( -[a-z]+)*$/.test(shebang))
    throw new Problem("plan.invalid", `a script that begins with ${shebang} cannot be joined with the service's`, {
      expected: "a shell script",
      hint: "Call your program from a shell script, or leave `systemd` out and take care of the service in your own scripts.",
    });
  return `${shebang}\nset -e\n${before}${after === "" ? body : `(\n${body})\n`}${after}`;
}

/** What stands among the scripts and is none, so that it is taken as the user wrote it: debconf's questions, a makefile. */
export const asWritten: ReadonlySet<ScriptName> = new Set<ScriptName>(["templates", "rules"]);

/** A script's `#!` line, `#!/bin/sh` where it has none, and all else, ending with a newline. */
export function splitShebang(text: string): { readonly shebang: string; readonly body: string } {
  const unix = text.replaceAll("\r\n", "\n").replace(/\n*$/, "\n");
  const line = /^#![^\n]*/.exec(unix)?.[0];
  return line === undefined
    ? { shebang: "#!/bin/sh", body: unix }
    : { shebang: line.trimEnd(), body: unix.slice(line.length + 1) };
}
