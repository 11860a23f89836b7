/** What is published, as stores and announcements speak of it. */

/** A Release in a few words. Known from the Plan before anything is made; the notes are there once they are. */
export interface ReleaseAbout {
  readonly project: string;
  /** What people read: `engram 1.2.0`. */
  readonly title: string;
  readonly version: string;
  /** Empty where no tag is released. */
  readonly tag: string;
  /** Empty for the first. */
  readonly previousTag: string;
  /** The commit's whole id. */
  readonly commit: string;
  /** The release's clock, in seconds since 1970. */
  readonly epoch: number;
  readonly channel: string;
  readonly isSnapshot: boolean;
  readonly isNightly: boolean;
  readonly isPrerelease: boolean;
  /** Text of the release notes; empty where there are none. */
  notes(): Promise<string>;
}
