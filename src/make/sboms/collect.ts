/** Collects what an SBOM says: the artifacts it is about, the programs in them, and what those were made from. */
import { artifactPrefix, packageNode, type Sbom, type SbomNode, uniqueNodes } from "../../format/sbom/model.ts";
import { ociPurl, writePurl } from "../../format/sbom/purl.ts";
import { type Artifact, type ArtifactType, hexOf } from "../../model/artifact.ts";
import type { ImageAttributes } from "../../model/image.ts";
import type { JsonObject } from "../../model/json.ts";
import type { SbomProduct, SbomStepOptions } from "../../model/sbom.ts";
import type { MakeContext, Read, StepOf } from "../maker.ts";
import { imageContents } from "./image-contents.ts";
import { programPackages } from "./program.ts";

export interface Collected {
  readonly sbom: Sbom;
  readonly reads: readonly Read[];
}

const purposes: Readonly<Partial<Record<ArtifactType, SbomNode["purpose"]>>> = {
  binary: "application",
  library: "library",
  archive: "archive",
  source: "source",
  package: "install",
  image: "container",
  chart: "archive",
  file: "file",
};

/** Fails with `format.invalid` where an artifact or a lock file is damaged. */
export async function collectSbom({ options }: StepOf<SbomStepOptions>, context: MakeContext): Promise<Collected> {
  const collecting: Collecting = { options, context, nodes: [], reads: [], remarks: [] };
  const subjects = context.inputs.filter(
    ({ name, type, listed }) => listed && purposes[type] !== undefined && (options.of === "" || name === options.of),
  );
  const ids: string[] = [];
  for (const subject of subjects) ids.push(await addArtifact(subject, collecting));
  const { product, tool, of } = options;
  if (of === "") collecting.nodes.push({ ...productNode(product), contains: ids });
  const { nodes, reads, remarks } = collecting;
  const sbom: Sbom = {
    name: of === "" ? `${product.name}-${product.version}` : of,
    epoch: context.epoch,
    tool,
    root: of === "" ? productId : `${artifactPrefix}${of}`,
    nodes: uniqueNodes(nodes),
    remarks: [...new Set(remarks)].toSorted(),
  };
  return { sbom, reads: uniqueReads(reads) };
}

interface Collecting {
  readonly options: SbomStepOptions;
  readonly context: MakeContext;
  readonly nodes: SbomNode[];
  readonly reads: Read[];
  readonly remarks: string[];
}

const productId = "product";

function productNode(product: SbomProduct): SbomNode {
  const { name, version } = product;
  return {
    id: productId,
    purpose: "application",
    name,
    version,
    purl: writePurl({ type: "generic", name, version }),
    ...aboutProduct(product),
  };
}

function aboutProduct({
  license,
  description,
  homepage,
  supplier,
}: Pick<SbomProduct, "license" | "description" | "homepage" | "supplier">): Partial<SbomNode> {
  return {
    ...(license === "" ? {} : { licenses: [license] }),
    ...(description === "" ? {} : { description }),
    ...(/^https?:\/\/\S+$/.test(homepage) ? { homepage } : {}),
    ...(supplier === "" ? {} : { supplier }),
  };
}

/** Adds an artifact with all that stands in it; gives its id. */
async function addArtifact(artifact: Artifact, collecting: Collecting): Promise<string> {
  const { options, context, nodes, remarks } = collecting;
  const { name, digest, type, contains } = artifact;
  const inside: string[] = [];
  const needed: string[] = [];
  const usual = type === "binary" ? [undefined] : [];
  for (const part of contains ?? options.programs[name] ?? usual) {
    const program = part === undefined ? artifact : context.inputOf(part.step, part.output);
    const packages = await addPackages(program, part?.step, collecting);
    if (program.digest === digest) needed.push(...packages);
    else inside.push(addProgram(program, packages, collecting));
  }
  if (type === "image") {
    const found = await imageContents(artifact, context);
    nodes.push(...found.nodes);
    inside.push(...found.nodes.map(({ id }) => id));
    remarks.push(...found.remarks);
  }
  const { license, supplier } = options.product;
  const node: SbomNode = {
    id: `${artifactPrefix}${name}`,
    purpose: purposes[type] ?? "file",
    name,
    version: options.product.version,
    file: name,
    hashes: { sha256: hexOf(digest) },
    purl: type === "image" ? imagePurl(artifact.attributes) : undefined,
    ...aboutProduct({ license, supplier, description: "", homepage: "" }),
    contains: [...new Set(inside)],
    dependsOn: [...new Set(needed)],
  };
  nodes.push(node);
  return node.id;
}

/** As registries have it: by its digest there, which is not that of the archive. */
function imagePurl(attributes: JsonObject): string | undefined {
  const { digest, names } = attributes as Partial<ImageAttributes>;
  const [named] = names ?? [];
  return digest === undefined || named === undefined ? undefined : ociPurl(named.name, digest);
}

function addProgram({ name, digest }: Artifact, dependsOn: readonly string[], { nodes, options }: Collecting): string {
  const id = `program:${hexOf(digest)}`;
  const { version, license, supplier } = options.product;
  nodes.push({
    id,
    purpose: "application",
    name,
    version,
    hashes: { sha256: hexOf(digest) },
    ...aboutProduct({ license, supplier, description: "", homepage: "" }),
    dependsOn,
  });
  return id;
}

/** Adds what a program was made from; gives the ids. */
async function addPackages(
  program: Artifact,
  step: string | undefined,
  { options, context, nodes, reads }: Collecting,
): Promise<readonly string[]> {
  const locks = step === undefined ? undefined : options.locks[step];
  const found = await programPackages(program, locks, context);
  const made = found.packages.map(packageNode);
  nodes.push(...made);
  reads.push(...found.reads);
  return made.map(({ id }) => id);
}

function uniqueReads(reads: readonly Read[]): readonly Read[] {
  return [...new Map(reads.map((read) => [JSON.stringify(read), read])).values()];
}
