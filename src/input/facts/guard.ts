/** The version guard: what a release insists on before anything is made. Pure. */
import type { Requirement, VersionConfig } from "../../model/config/version.ts";
import type { GitFacts } from "../../model/facts.ts";
import { Problem } from "../../model/problem.ts";
import type { Ref } from "./ci.ts";
import type { Version } from "./semver.ts";

export interface Guarded {
  readonly git: GitFacts;
  /** The version that is to be released. */
  readonly version: Version;
  /** The tag the operator says. */
  readonly told: string | undefined;
  /** The tag of this version at HEAD, if there is one. */
  readonly tagAtHead: string | undefined;
  readonly ref: Ref | undefined;
}

/** Everything the config requires and the repository does not have. */
export function guard(config: VersionConfig, guarded: Guarded): readonly Problem[] {
  return config.require.flatMap((requirement) => checks[requirement](config, guarded) ?? []);
}

const checks: Readonly<Record<Requirement, (config: VersionConfig, guarded: Guarded) => Problem | undefined>> = {
  tag(config, { git, version, told, tagAtHead }) {
    if (tagAtHead !== undefined) return undefined;
    if (told !== undefined && git.tagsAtHead.includes(told))
      return new Problem("git.tag", `the tag ${told} does not name the version ${version.text}`);
    if (told !== undefined)
      return new Problem("git.tag", `the tag ${told} is not at HEAD (${git.shortCommit})`, {
        hint: `Check it out: git checkout ${told}.`,
      });
    const example = `${config.prefix}${config.from === "tag" ? "1.2.3" : version.text}`;
    return new Problem("git.tag", missingTag(config, git, version), {
      hint: `Tag the commit (git tag ${example}), or make a snapshot (--snapshot).`,
    });
  },
  clean(_, { git }) {
    if (!git.isDirty) return undefined;
    return new Problem("git.dirty", "the working tree differs from the commit", {
      lines: [
        ...git.dirtyFiles.slice(0, 10),
        ...(git.dirtyFiles.length > 10 ? [`and ${git.dirtyFiles.length - 10} more`] : []),
      ],
      hint: "Commit or stash the changes, add what is generated to .gitignore, or make a snapshot (--snapshot).",
    });
  },
  prefix(config, { git }) {
    if (git.tag === "" || git.tag.startsWith(config.prefix)) return undefined;
    return new Problem("git.tag", `the tag ${git.tag} does not begin with "${config.prefix}"`, {
      place: config.place,
      expected: `${config.prefix}${git.tag}`,
    });
  },
  ref(config, { tagAtHead, ref }) {
    if (ref === undefined) {
      return tagAtHead === undefined
        ? new Problem("git.tag", "HEAD is not at a tag of this version", {
            place: config.place,
            hint: "Check the tag out.",
          })
        : undefined;
    }
    if (ref.tag !== undefined && ref.tag === tagAtHead) return undefined;
    const is = tagAtHead === undefined ? "no tag of this version is at HEAD" : `the release is of the tag ${tagAtHead}`;
    return new Problem("git.tag", `${is}, but ${ref.variable} is ${ref.written}`, {
      place: config.place,
      hint: ref.tag === undefined ? undefined : `Say which tag is meant: --tag ${ref.tag}`,
    });
  },
};

function missingTag(config: VersionConfig, git: GitFacts, version: Version): string {
  if (config.from !== "tag") return `no tag at HEAD names ${version.text}`;
  if (git.tagsAtHead.length > 0)
    return `the tags at HEAD name no version with the prefix "${config.prefix}": ${git.tagsAtHead.join(", ")}`;
  return git.tag === ""
    ? "there is no tag at HEAD"
    : `there is no tag at HEAD (${git.shortCommit}); the latest is ${git.tag}`;
}
