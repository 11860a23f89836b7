/** An nfpm config in Slipway's language: what stands where, key by key (docs/packages/nfpm.md says the same in words). */
import {
  configFor,
  contentsFor,
  type Format,
  formats,
  type NfpmConfig,
  type NfpmContent,
  nfpmLists,
  type NfpmFormat,
} from "./config.ts";
import { convertContent, programOf } from "./convert-contents.ts";
import { holes, type Json } from "./holes.ts";

interface Map {
  readonly [key: string]: Json;
}

/** A Slipway config, and the release's version, which is the tag's. */
export interface Converted {
  readonly config: Map;
  readonly version: string;
}

export function convert(nfpm: NfpmConfig): Converted {
  const program = nfpm.arch === "all" ? undefined : programOf(nfpm);
  const platform = platformOf(nfpm);
  return {
    version: semver(nfpm),
    config: {
      slipway: 1,
      project: { name: nfpm.name },
      ...(program === undefined || platform === undefined
        ? {}
        : { builds: [{ name: "program", prebuilt: program.path, for: [platform] }] }),
      archives: [],
      packages: [packageEntry(nfpm, program)],
    },
  };
}

/** nfpm pads versions, and takes the letter v away. */
function semver({ version, version_schema: schema }: NfpmConfig): string {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?([-+].*)?$/.exec(version);
  if (match === null || schema === "none") return version;
  const [, major = "0", minor = "0", patch = "0", rest = ""] = match;
  return `${major}.${minor}.${patch}${rest}`;
}

/** `linux/arm/7` of `arm7`. */
export function platformOf({ arch = "amd64", platform = "linux" }: NfpmConfig): string | undefined {
  if (arch === "all") return undefined;
  return `${platform}/${arch.replace(/^arm([567])$/, "arm/$1")}`;
}

function packageEntry(nfpm: NfpmConfig, program: { readonly src: string } | undefined): Map {
  return {
    formats: [...formats],
    ...(program === undefined ? { from: [] } : {}),
    ...texts({
      name: nfpm.name,
      description: nfpm.description,
      maintainer: nfpm.maintainer,
      vendor: nfpm.vendor,
      homepage: nfpm.homepage,
      license: nfpm.license,
      section: nfpm.section,
      priority: nfpm.priority,
    }),
    version: versionOf(nfpm),
    ...shared(nfpm, program?.src),
    ...Object.fromEntries(formats.map((format) => [format, formatEntry(nfpm, format, program?.src)])),
  };
}

function versionOf({ epoch, release, prerelease, version_metadata: metadata }: NfpmConfig): Map {
  return {
    ...(epoch === undefined ? {} : { epoch: Number(epoch) }),
    ...texts({ release: release === undefined ? undefined : String(release), prerelease, metadata }),
  };
}

/** What every format has alike stands in the entry, all else under the formats. */
function shared(nfpm: NfpmConfig, program: string | undefined): Map {
  const lists = nfpmLists.flatMap((list) =>
    isOverridden(nfpm, list) || nfpm[list] === undefined ? [] : [[list, nfpm[list].map(holes)] as const],
  );
  return {
    ...Object.fromEntries(lists),
    scripts: { ...nfpm.scripts },
    contents: inEvery(nfpm).map((content) => convertContent(content, nfpm, program)),
  };
}

function formatEntry(nfpm: NfpmConfig, format: Format, program: string | undefined): Map {
  const own = configFor(nfpm, format);
  const everywhere = new Set(inEvery(nfpm));
  const lists = nfpmLists.filter((list) => isOverridden(nfpm, list) && own[list] !== undefined);
  const { scripts: ownScripts, ...section } = own[format] ?? {};
  const scripts = { ...nfpm.overrides?.[format]?.scripts, ...ownScripts };
  return {
    ...Object.fromEntries(lists.map((list) => [list, (own[list] ?? []).map(holes)])),
    ...(Object.keys(scripts).length === 0 ? {} : { scripts }),
    contents: contentsFor(nfpm, format)
      .filter((content) => !everywhere.has(content))
      .map((content) => convertContent(content, nfpm, program)),
    ...options(section),
  };
}

const renamed: Readonly<Record<string, string>> = {
  arch_variant: "archVariant",
  abi_version: "abiVersion",
  auto_installed: "autoInstalled",
};

/** Keys of a format's own section. What signs is named by `sign`, and belongs to `trust.keys`. */
function options(section: NfpmFormat): Map {
  const entries = Object.entries(section).map(([key, value]): readonly [string, Json] => {
    if (key === "triggers")
      return [
        key,
        Object.fromEntries(
          Object.entries(value as Map).map(([name, list]) => [
            name.replace("_noawait", "-noawait").replace("_await", "-await"),
            list,
          ]),
        ),
      ];
    if (key === "alternatives")
      return [
        key,
        (value as readonly Map[]).map(({ priority = 0, target = "", link_name: link = "" }) => ({
          priority,
          target,
          link,
        })),
      ];
    // Levels are Slipway's own; lzma is what xz came from.
    if (key === "compression") return [key, String(value).replace(/:.*$/, "").replace("lzma", "xz")];
    return [renamed[key] ?? key, value as Json];
  });
  return Object.fromEntries(entries);
}

function isOverridden({ overrides = {} }: NfpmConfig, list: (typeof nfpmLists)[number]): boolean {
  return Object.values(overrides).some((own) => own?.[list] !== undefined);
}

/** Contents that no format is without. */
function inEvery(nfpm: NfpmConfig): readonly NfpmContent[] {
  return contentsFor(nfpm, "deb").filter((content) =>
    formats.every((format) => contentsFor(nfpm, format).includes(content)),
  );
}

function texts(given: Readonly<Record<string, string | undefined>>): Map {
  return Object.fromEntries(
    Object.entries(given).flatMap(([key, text]) => (text === undefined ? [] : [[key, holes(text)]])),
  );
}
