/** What a kind needs of the CI job that it is carried out in, besides what every job has. */

/** Toolchains that jobs set up. */
export type Toolchain = "go" | "rust" | "node" | "python" | "zig" | "bun" | "deno";

/** An identity of the job itself, by which a service lets it in (OpenID Connect). */
export interface JobIdentity {
  /** Where GitLab puts the token. */
  readonly variable: string;
  /** Whom the token is for. */
  readonly audience: string;
}

/** What the forge's own token may be allowed to write, in GitHub's words. */
export type JobWrite = "contents" | "issues" | "packages";

/** What is left out is not needed. */
export interface JobNeeds {
  readonly toolchains?: readonly Toolchain[];
  /** What the forge's own token has to be allowed to write. */
  readonly writes?: readonly JobWrite[];
  readonly identity?: JobIdentity;
  /** Host of a registry that the job has to be logged in to with the forge's own token. */
  readonly login?: string;
  /** Variables with secrets that are looked for where the options name none. */
  readonly secrets?: readonly string[];
}
