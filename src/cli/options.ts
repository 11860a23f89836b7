/** What the command line says, as commander hands it over. */

export interface Options {
  readonly config?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly version?: boolean;
  readonly print?: boolean;
  readonly snapshot?: boolean;
  readonly nightly?: boolean;
  readonly tag?: string;
  readonly setVersion?: string;
  readonly target?: readonly string[];
  readonly skip?: readonly string[];
  readonly notes?: string;
  readonly output?: string;
  readonly plan?: string | undefined;
  readonly jobs?: string;
  /** False with --no-cache. */
  readonly cache?: boolean;
  readonly timeout?: string;
  readonly trace?: string;
  readonly clean?: boolean;
  readonly to?: string;
  readonly max?: string;
  readonly format?: string;
  readonly referrers?: boolean;
  readonly insecure?: boolean;
  readonly kind?: string;
  readonly passphrase?: string;
  readonly as?: string;
  readonly trust?: boolean;
}
