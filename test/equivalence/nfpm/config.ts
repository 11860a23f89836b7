/** The config of nfpm as nfpm reads it: strict keys, variables in some fields, and what each format takes of it. */
import { parse } from "yaml";

/** Formats that both make. */
export const formats = ["deb", "rpm", "apk", "archlinux", "ipk"] as const;

export type Format = (typeof formats)[number];

export const nfpmLists = ["replaces", "provides", "depends", "recommends", "suggests", "conflicts"] as const;

export interface NfpmContent {
  readonly src?: string;
  readonly dst: string;
  readonly type?: string;
  readonly packager?: string;
  readonly expand?: boolean;
  readonly file_info?: {
    readonly owner?: string;
    readonly group?: string;
    readonly mode?: number;
    readonly mtime?: string | Date;
  };
}

type Lists = Readonly<Partial<Record<(typeof nfpmLists)[number], readonly string[]>>>;

/** What may stand at the top and under `overrides`. */
export interface Overridable extends Lists {
  readonly contents?: readonly NfpmContent[];
  readonly umask?: number;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly deb?: NfpmFormat;
  readonly rpm?: NfpmFormat;
  readonly apk?: NfpmFormat;
  readonly archlinux?: NfpmFormat;
  readonly ipk?: NfpmFormat;
}

/** A format's own section. */
export type NfpmFormat = Readonly<Record<string, unknown>> & { readonly scripts?: Readonly<Record<string, string>> };

export interface NfpmConfig extends Overridable {
  readonly name: string;
  readonly arch?: string;
  readonly platform?: string;
  readonly version: string;
  readonly version_schema?: string;
  readonly epoch?: string | number;
  readonly prerelease?: string;
  readonly version_metadata?: string;
  readonly release?: string | number;
  readonly section?: string;
  readonly priority?: string;
  readonly maintainer?: string;
  readonly description?: string;
  readonly vendor?: string;
  readonly homepage?: string;
  readonly license?: string;
  readonly disable_globbing?: boolean;
  readonly overrides?: Readonly<Partial<Record<Format, Overridable>>>;
}

/** `0755` is octal, as Go's YAML has it. */
export function readNfpm(text: string): NfpmConfig {
  return parse(text, { version: "1.1", merge: true }) as NfpmConfig;
}

/** What stands at the top with a format's overrides in its place: lists and contents whole, maps key by key. */
export function configFor(config: NfpmConfig, format: Format): NfpmConfig {
  const own = config.overrides?.[format] ?? {};
  return {
    ...config,
    ...own,
    scripts: { ...config.scripts, ...own.scripts },
    [format]: { ...config[format], ...own[format], scripts: { ...config[format]?.scripts, ...own[format]?.scripts } },
  };
}

const rpmTypes = ["ghost", "doc", "licence", "license", "readme"];

/** Contents that the format installs; nfpm leaves out elsewhere what it takes for rpm's alone. */
export function contentsFor(config: NfpmConfig, format: Format): readonly NfpmContent[] {
  return (configFor(config, format).contents ?? []).filter(
    ({ packager, type = "" }) =>
      (packager === undefined || packager === format) && (format === "rpm" || !rpmTypes.includes(type)),
  );
}

/** Every name of a variable in `${...}` or `$...`. */
export function variablesIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?/g)].map(([, name = ""]) => name))];
}
