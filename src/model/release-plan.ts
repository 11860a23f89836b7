/** What the Plan says of the Release: its lists, its signatures, and what it is called. */
import type { ArtifactType } from "./artifact.ts";
import type { JsonObject } from "./json.ts";
import type { Place } from "./problem.ts";
import type { Text } from "./template.ts";

export interface ChecksumsPlan {
  /** File name of the combined list; with `split` it waits for `artifact` and `algorithm`. */
  readonly name: Text;
  readonly algorithm: string;
  readonly split: boolean;
}

/** One way in which files of the Release are signed when it is closed. */
export interface SignaturePlan {
  /** In the table of signature kinds. */
  readonly kind: string;
  /** Name of the key in `trust.keys`; empty where the kind needs none. */
  readonly key: string;
  /** Of the key, so that a Plan is carried out with that key or not at all; empty without key. */
  readonly fingerprint: string;
  /** The kind's own, rendered. */
  readonly options: JsonObject;
  /** Whether images are signed by what lies beside them in their registries; else the files that hold them are. */
  readonly attaches: boolean;
  /** Types of artifacts that are signed. */
  readonly of: readonly ArtifactType[];
  /** The signature's file name, which waits for `artifact`. */
  readonly name: Text;
  /** Given to a command that signs. */
  readonly env: Readonly<Record<string, Text>>;
  readonly place?: Place | undefined;
}

/** How the Release is closed: its name and the lists that are written. */
export interface ReleasePlan {
  /** Relative to the root, `/` separated. */
  readonly folder: string;
  /** Glob of all that releases of this project write, as far as it is known: patterns of files do not match it. */
  readonly own?: string | undefined;
  readonly layout: "flat" | "by-platform";
  readonly title: string;
  readonly channel: string;
  readonly checksums: readonly ChecksumsPlan[];
  /** Name of the platform-aware index, or empty for none. */
  readonly index: string;
  /** Name of the list of all signatures, or empty for none. */
  readonly signatureList: string;
  readonly signatures: readonly SignaturePlan[];
  /** Name of the provenance, or empty for none. */
  readonly provenance: string;
  /** Folder that reports are written into once it is published, relative to the root; left out: there are none. */
  readonly reports?: string | undefined;
}
