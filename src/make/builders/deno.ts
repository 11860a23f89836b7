/** Builder `deno`: a TypeScript or JavaScript program and the Deno runtime in one executable (`deno compile`). */
import type { BuildRequest } from "../../model/kind.ts";
import { executableSuffix, type Platform } from "../../model/platform.ts";
import { oneOrMore, template, words, z, type Words } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { renderWords } from "../words.ts";
import type { Builder, DraftOf } from "./builder.ts";
import { buildConstants } from "./constants.ts";
import { denoToolchains, makeDeno, type DenoStep } from "./deno/make.ts";
import { probeDeno, type DenoProbed } from "./deno/probe.ts";
import { refusal, targetName, usualTargets } from "./deno/targets.ts";

interface DenoOptions {
  readonly main: Template;
  readonly permissions: readonly Template[];
  readonly define: Readonly<Record<string, Template | number | boolean>>;
  readonly include: readonly Template[];
  readonly exclude: readonly Template[];
  readonly icon?: Template | undefined;
  readonly frozen?: boolean | undefined;
  readonly flags?: Words | undefined;
  readonly tool?: Template | undefined;
}

export const deno: Builder<DenoOptions, DenoStep> = {
  kind: "deno",
  version: 1,
  memory: 768 * 2 ** 20,
  summary: "A TypeScript or JavaScript program and the Deno runtime in one executable; every target from any machine.",
  example:
    "deno: src/main.ts\nname: hello\nfor: [linux/amd64, linux/arm64, darwin/arm64, windows/amd64]\npermissions: [read, net=api.example.com]\ninclude: assets\n",
  primary: "main",
  job: () => ({ toolchains: ["deno"] }),
  locks: ["deno.lock", "npm-shrinkwrap.json", "package-lock.json"],
  schema: z.strictObject({
    main: template("The entry module: a file relative to `dir`, or a `jsr:` or `npm:` specifier"),
    permissions: oneOrMore(
      template("a permission"),
      "What the program may do, as Deno's `--allow-` flags name it: `read`, `net=api.example.com`, `all`; what begins with a dash is passed on as it is, such as `--deny-env`",
    ).default([]),
    define: z
      .record(
        z.string().regex(/^[A-Za-z_$][\w$]*$/, "expected an identifier"),
        z.union([template("a string constant"), z.number(), z.boolean()]),
      )
      .default({})
      .describe(
        "Globals that are there when the program starts; BUILD_VERSION, BUILD_COMMIT and BUILD_DATE always are",
      ),
    include: oneOrMore(
      template("a file or folder"),
      "What goes in besides the modules that are imported: data files, workers",
    ).default([]),
    exclude: oneOrMore(template("a file or folder"), "What stays out of what is included").default([]),
    icon: template("The icon of the Windows executable, an .ico file").optional(),
    frozen: z.boolean().describe("Refuse to change deno.lock; default: where there is one").optional(),
    flags: words("Further flags for `deno compile`").optional(),
    tool: template("The deno to run; default: the project's own in node_modules, else the one on the PATH").optional(),
  }),

  targets: () => usualTargets,
  cannot: (platform, _options, probed) => refusal(platform, (probed as DenoProbed).version),
  probe: probeDeno,

  decide(request) {
    const { platform } = request;
    if (platform === undefined) throw new Error("deno builds are decided per target");
    return [draft(request, platform)];
  },

  toolchains: denoToolchains,
  make: makeDeno,
};

function draft(request: BuildRequest<DenoOptions>, platform: Platform): DraftOf<DenoStep> {
  const { options, scope } = request;
  const { locked } = request.probed as DenoProbed;
  const rendered = (templates: readonly Template[]): string[] =>
    templates.map((one) => one.render(scope)).filter((text) => text !== "");
  const binary = request.binary ?? request.name;
  const values = { ...buildConstants(request), ...options.define };
  const icon = platform.os === "windows" ? (options.icon?.render(scope) ?? "") : "";
  const step: DenoStep = {
    dir: request.dir,
    main: options.main.render(scope),
    binary,
    os: platform.os,
    target: targetName(platform),
    define: Object.fromEntries(
      Object.entries(values).map(([key, value]) => [
        key,
        JSON.stringify(typeof value === "object" ? value.render(scope) : value),
      ]),
    ),
    args: [
      ...((options.frozen ?? locked === true) ? ["--frozen"] : []),
      ...rendered(options.permissions).map((one) => (one.startsWith("-") ? one : `--allow-${one}`)),
      ...rendered(options.include).map((path) => `--include=${path}`),
      ...rendered(options.exclude).map((path) => `--exclude=${path}`),
      ...(icon === "" ? [] : [`--icon=${icon}`]),
      ...renderWords(options.flags, scope),
    ],
    tool: options.tool?.render(scope) ?? "",
  };
  const name = binary + executableSuffix(platform);
  return {
    suffix: "",
    options: step,
    env: {},
    outputs: [{ name, type: "binary", platform, listed: false, attributes: { binary } }],
  };
}
