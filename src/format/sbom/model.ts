/** What an SBOM says, whichever of its formats says it: what is described, what stands in it, and what that was made from. */

/** A document about one root, and all that is reached from it. */
export interface Sbom {
  /** Of the document. */
  readonly name: string;
  /** The release's clock, in seconds since 1970. */
  readonly epoch: number;
  /** What writes it. */
  readonly tool: { readonly name: string; readonly version: string };
  /** The id of the node that the document is about. */
  readonly root: string;
  /** In any order; ids differ. */
  readonly nodes: readonly SbomNode[];
  /** What readers should know of the whole document: what could not be looked into. */
  readonly remarks: readonly string[];
}

/** Algorithms of digests, by the names that RFCs give them without their dash. */
export type HashName = "md5" | "sha1" | "sha256" | "sha384" | "sha512";

/** Something that has a name: the product, an artifact, a program, a package. */
export interface SbomNode {
  /** Unique in the document, the same in every run: `artifact:NAME`, `program:SHA256`, a purl. */
  readonly id: string;
  readonly purpose:
    | "application"
    | "archive"
    | "container"
    | "file"
    | "install"
    | "library"
    | "source"
    | "operating-system";
  readonly name: string;
  readonly version?: string | undefined;
  /** File name of what is a file. */
  readonly file?: string | undefined;
  /** Lower-case hex of exactly its bytes. */
  readonly hashes?: Readonly<Partial<Record<HashName, string>>> | undefined;
  /** Package URL (purl-spec). */
  readonly purl?: string | undefined;
  /** As its author wrote them: SPDX expressions or not. All of them hold. */
  readonly licenses?: readonly string[] | undefined;
  readonly description?: string | undefined;
  readonly homepage?: string | undefined;
  /** Who it comes from. */
  readonly supplier?: string | undefined;
  /** Where exactly these bytes were fetched. */
  readonly location?: string | undefined;
  /** Digest of its module as go.sum has it, `h1:` and base64: of a list of files, so no checksum of any bytes. */
  readonly goSum?: string | undefined;
  /** What else is known of where it comes from, as a sentence. */
  readonly origin?: string | undefined;
  /** Ids of what stands in it. */
  readonly contains?: readonly string[] | undefined;
  /** Ids of what it was made from, or needs. */
  readonly dependsOn?: readonly string[] | undefined;
}

/** A package that a program was made from, as build information and lock files know it. */
export type SbomPackage = Omit<SbomNode, "id" | "purpose" | "file" | "contains" | "dependsOn"> & {
  readonly purl: string;
};

/** An artifact that a document describes. */
export interface DescribedFile {
  readonly name: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** The node of a package. The same package with other bytes is another node. */
export function packageNode(found: SbomPackage): SbomNode {
  const digests = Object.values(found.hashes ?? {}).toSorted();
  const id = digests.length === 0 ? found.purl : `${found.purl}#${digests.join("+").slice(0, 16)}`;
  return { id, purpose: "library", ...found };
}

/** The prefix of ids of artifacts, which readers find them by. */
export const artifactPrefix = "artifact:";

/** Each node once, sorted by id; of two with one id the first stays, with the edges of both. */
export function uniqueNodes(nodes: readonly SbomNode[]): readonly SbomNode[] {
  const byId = new Map<string, SbomNode>();
  for (const node of nodes) {
    const known = byId.get(node.id);
    byId.set(node.id, known === undefined ? node : joinEdges(known, node));
  }
  return [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function joinEdges(first: SbomNode, second: SbomNode): SbomNode {
  const both = (a: readonly string[] = [], b: readonly string[] = []): readonly string[] => [...new Set([...a, ...b])];
  return {
    ...first,
    contains: both(first.contains, second.contains),
    dependsOn: both(first.dependsOn, second.dependsOn),
  };
}
