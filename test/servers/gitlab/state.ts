/** What the GitLab of tests remembers, and how it answers. */
import type { IncomingHttpHeaders } from "node:http";

export interface FakeLink {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  readonly path: string | undefined;
  readonly link_type: string;
}

export interface FakeRelease {
  readonly tag: string;
  name: string;
  description: string;
  created: Date;
  released: Date;
  links: FakeLink[];
  milestones: readonly string[];
}

export interface FakeFile {
  readonly id: number;
  readonly name: string;
  readonly bytes: Buffer;
}

export interface FakePackage {
  readonly id: number;
  readonly name: string;
  readonly version: string;
  status: string;
  files: FakeFile[];
  /** Uploads under way. */
  busy: number;
}

export interface FakeMerge {
  readonly iid: number;
  state: "opened" | "closed" | "locked" | "merged";
  readonly source_branch: string;
  readonly target_branch: string;
  readonly title: string;
  readonly description: string | null;
  /** Its name there. */
  readonly author: string;
  labels: readonly string[];
  /** Of the last commit of its branch, and of what a merge or a squash made of it. */
  readonly sha: string | null;
  readonly merge_commit_sha: string | null;
  readonly squash_commit_sha: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface FakeMilestone {
  readonly id: number;
  readonly title: string;
  state: "active" | "closed";
}

export interface FakeToken {
  readonly scopes: readonly string[];
  /** 20: reporter, 30: developer, 40: maintainer; 0: none. */
  readonly role: number;
  readonly kind: "private" | "job";
  readonly expires?: string;
}

/** What differs between GitLabs. */
export interface Oddities {
  readonly isPrivate?: boolean;
  /** Whether a package may have two files of a name, as it may where nobody forbids it. */
  readonly duplicates?: boolean;
  /** Whether a release may have the same link twice, as in versions that did not check. */
  readonly twinLinks?: boolean;
  /** Entries of a page of a list, however many were asked for. */
  readonly pageSize?: number;
  /** Where files are downloaded from: another host, as with object storage. */
  readonly storage?: string;
  /** Whether answers say the SHA-256 of files. */
  readonly saysDigests?: boolean;
  /** Milliseconds by which its clock is wrong. */
  readonly clock?: number;
}

export interface State {
  readonly odd: Oddities;
  readonly url: () => string;
  readonly tokens: Map<string, FakeToken>;
  readonly tags: Map<string, string>;
  readonly releases: Map<string, FakeRelease>;
  readonly packages: FakePackage[];
  readonly branches: Set<string>;
  /** Names of protected branches. */
  readonly guarded: Set<string>;
  readonly merges: FakeMerge[];
  readonly milestones: FakeMilestone[];
  nextId: number;
}

export interface Asking {
  readonly method: string;
  /** Decoded parts of the path behind `/api/v4/projects/ID/`. */
  readonly parts: readonly string[];
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly token: FakeToken | undefined;
}

export interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly bytes?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export const notFound: Answer = { status: 404, json: { message: "404 Not Found" } };
export const forbidden: Answer = { status: 403, json: { message: "403 Forbidden" } };

/** The project that there is. */
export const projectPath = "acme/tool";

/** One page of a list, with `Link` as https://docs.gitlab.com/api/rest/#pagination has it. */
export function pageOf(state: State, { url }: Asking, items: readonly unknown[]): Answer {
  const asked = Number(url.searchParams.get("per_page") ?? 20);
  const size = Math.min(asked, state.odd.pageSize ?? 100);
  const page = Number(url.searchParams.get("page") ?? 1);
  const to = (number: number, rel: string): string => {
    const other = new URL(`${state.url()}/api/v4${url.pathname}${url.search}`);
    other.searchParams.set("page", `${number}`);
    return `<${other.href}>; rel="${rel}"`;
  };
  const hasMore = page * size < items.length;
  return {
    status: 200,
    json: items.slice((page - 1) * size, page * size),
    headers: { link: [...(hasMore ? [to(page + 1, "next")] : []), to(1, "first")].join(", ") },
  };
}
