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
  readonly skip?: readonly string[] | undefined;
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
  /** False with --no-images. */
  readonly images?: boolean;
  readonly insecure?: boolean;
  readonly pubkey?: readonly string[];
  readonly requireSignatures?: boolean;
  readonly report?: readonly string[];
  readonly published?: string;
  readonly release?: string;
  readonly kind?: string;
  readonly algorithm?: string;
  readonly passphrase?: string;
  readonly as?: string;
  /** Of `verify` a file; `keys export` takes no value. */
  readonly trust?: boolean | string;
  readonly metadata?: string;
  readonly attestation?: readonly string[];
  readonly rebuild?: boolean;
  readonly source?: string;
  readonly network?: boolean;
  readonly dryRun?: boolean;
  readonly again?: readonly string[];
  readonly push?: boolean;
  /** False with --no-gates. */
  readonly gates?: boolean;
  readonly check?: boolean;
  readonly force?: boolean;
  readonly mode?: string;
  readonly stage?: boolean;
  readonly drafts?: boolean;
  readonly why?: string;
  readonly backTo?: string;
  readonly live?: boolean;
  readonly every?: string;
  readonly once?: boolean;
}
