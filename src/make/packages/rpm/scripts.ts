/** Scripts of an rpm package: which of rpm's they become, what runs them, and what that asks of rpm. */
import type { HeaderValues } from "../../../format/rpm/tags.ts";
import type { ScriptName } from "../../../model/package.ts";
import { Problem } from "../../../model/problem.ts";
import { splitShebang } from "../scripts.ts";
import { rpmlib, type RpmRelation, sense } from "./relation.ts";

/** Those a package may carry; of the last two rpm has none, so they become parts of the first two. */
export const rpmScripts = [
  "preinstall",
  "postinstall",
  "preremove",
  "postremove",
  "pretrans",
  "posttrans",
  "verify",
  "preupgrade",
  "postupgrade",
] as const satisfies readonly ScriptName[];

type Scripts = Readonly<Partial<Record<ScriptName, string>>>;

/** A script as rpm has it. */
export interface RpmScript {
  /** Its section in a spec file, without the percent sign. */
  readonly section: string;
  /** The interpreter and its arguments; `<lua>` is rpm's own. */
  readonly program: readonly string[];
  /** Without `#!` line and final newline. */
  readonly body: string;
}

const sections = {
  preinstall: { section: "pre", body: "preinstall", program: "preinstallProgram", flag: sense.pre },
  postinstall: { section: "post", body: "postinstall", program: "postinstallProgram", flag: sense.post },
  preremove: { section: "preun", body: "preremove", program: "preremoveProgram", flag: sense.preun },
  postremove: { section: "postun", body: "postremove", program: "postremoveProgram", flag: sense.postun },
  pretrans: { section: "pretrans", body: "pretrans", program: "pretransProgram", flag: sense.pretrans },
  posttrans: { section: "posttrans", body: "posttrans", program: "posttransProgram", flag: sense.posttrans },
  verify: { section: "verifyscript", body: "verifyScript", program: "verifyScriptProgram", flag: sense.verify },
} as const;

type Section = keyof typeof sections;

/** By rpm's names, in the order in which they would run. */
export function rpmScriptsOf(scripts: Scripts): ReadonlyMap<Section, RpmScript> {
  const joined: Readonly<Partial<Record<ScriptName, string | undefined>>> = {
    ...scripts,
    preinstall: withUpgrade(scripts.preinstall, scripts.preupgrade),
    postinstall: withUpgrade(scripts.postinstall, scripts.postupgrade),
  };
  const found = (Object.keys(sections) as Section[]).flatMap((name) => {
    const text = joined[name];
    return text === undefined ? [] : [[name, rpmScript(name, text)] as const];
  });
  return new Map(found);
}

/** Tags of scripts and their interpreters. */
export function scriptTags(scripts: ReadonlyMap<Section, RpmScript>): HeaderValues {
  const values = [...scripts].flatMap(([name, { program, body }]) => [
    [sections[name].body, body],
    [sections[name].program, program],
  ]);
  return Object.fromEntries(values) as HeaderValues;
}

/** Interpreters that must be there, as rpmbuild asks for them. */
export function scriptRequires(scripts: ReadonlyMap<Section, RpmScript>): readonly RpmRelation[] {
  const all = [...scripts];
  const isLua = ([, { program }]: (typeof all)[number]): boolean => program[0] === "<lua>";
  return [
    ...all
      .filter((script) => !isLua(script))
      .map(([name, { program }]) => ({
        name: program[0] ?? "",
        flags: sense.interpreter | sections[name].flag,
        version: "",
      })),
    ...(all.some(isLua) ? [rpmlib("BuiltinLuaScripts", "4.2.2-1")] : []),
    ...(all.some(([, { program }]) => program.length > 1) ? [rpmlib("ScriptletInterpreterArgs", "4.0.3-1")] : []),
  ];
}

function rpmScript(name: Section, text: string): RpmScript {
  const { shebang, body } = splitShebang(text);
  const program = shebang.replace(/^#!\s*/, "").split(/\s+/);
  if (!/^(\/|<lua>$)/.test(program[0] ?? ""))
    throw new Problem("plan.invalid", `the ${name} script begins with ${shebang}, which rpm cannot run`, {
      expected: "`#!` and an absolute path, or `#!<lua>`",
      hint: "Write #!/bin/sh in its first line, or leave it out.",
    });
  return { section: sections[name].section, program, body: body.trimEnd() };
}

/** rpm runs %pre and %post on upgrades too, where `$1`, the number of versions that will then be installed, is 2 or more. */
function withUpgrade(always: string | undefined, upgrade: string | undefined): string | undefined {
  if (upgrade === undefined) return always;
  const { shebang, body } = splitShebang(upgrade);
  const before = always === undefined ? { shebang, body: "" } : splitShebang(always);
  if (![before.shebang, shebang].every((line) => /^#! ?\/\S*\b(env )?(ba|da|a|z|k)?sh( -[a-z]+)*$/.test(line)))
    throw new Problem(
      "plan.invalid",
      `a script that begins with ${shebang} cannot be joined with the one rpm runs on every installation`,
      {
        expected: "a shell script",
        hint: "Call your program from a shell script.",
      },
    );
  const own = before.body === "" ? "" : `(\n${before.body}) || exit $?\n`;
  return `${before.shebang}\n${own}if [ "$1" -ge 2 ]; then\n(\n${body}) || exit $?\nfi\n`;
}
