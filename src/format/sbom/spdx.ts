/** Writes SPDX 2.3 documents as JSON. */
import { createHash } from "node:crypto";

import { plain, readableJson } from "../../model/json.ts";
import { formatTime } from "../../model/time.ts";
import { uuidOf } from "./document-id.ts";
import { allOf, type License, licenseReader, statedLicenses } from "./licenses.ts";
import { artifactPrefix, type HashName, type Sbom, type SbomNode } from "./model.ts";
import { organization, webUrl } from "./odd-words.ts";

const algorithms: Readonly<Record<HashName, string>> = {
  md5: "MD5",
  sha1: "SHA1",
  sha256: "SHA256",
  sha384: "SHA384",
  sha512: "SHA512",
};

const purposes: Readonly<Record<SbomNode["purpose"], string>> = {
  application: "APPLICATION",
  archive: "ARCHIVE",
  container: "CONTAINER",
  file: "FILE",
  install: "INSTALL",
  library: "LIBRARY",
  source: "SOURCE",
  "operating-system": "OPERATING-SYSTEM",
};

/** What SPDX says where nobody made a statement. */
const noAssertion = "NOASSERTION";
const document = "SPDXRef-DOCUMENT";

/**
 * The document's text (SPDX 2.3, and its JSON schema). Everything is a package: files would need a SHA-1 (8.4). The namespace
 * follows from the content, and the creation time is the release's clock, so the same input gives the same bytes.
 */
export async function writeSpdx(sbom: Sbom): Promise<string> {
  const read = sbom.nodes.some(({ licenses }) => statedLicenses(licenses).length > 0)
    ? await licenseReader()
    : undefined;
  const extracted = new Map<string, string>();
  const declared = (licenses: readonly string[]): string =>
    licenses.length === 0 || read === undefined
      ? noAssertion
      : allOf([...new Set(licenses.map((words) => expressionOf(read(words), extracted)))].toSorted());
  const packages = sbom.nodes.map((node) => packageOf(node, declared(statedLicenses(node.licenses))));
  const content = {
    SPDXID: document,
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    name: sbom.name,
    creationInfo: { created: formatTime(sbom.epoch), creators: [`Tool: ${sbom.tool.name}-${sbom.tool.version}`] },
    ...(sbom.remarks.length === 0 ? {} : { comment: sbom.remarks.join("\n") }),
    packages: byKey(packages, ({ SPDXID }) => SPDXID),
    relationships: relationshipsOf(sbom),
    ...(extracted.size === 0 ? {} : { hasExtractedLicensingInfos: extractedInfos(extracted) }),
  };
  const name = encodeURIComponent(sbom.name).replaceAll(/[!'()*]/g, "-");
  const documentNamespace = `https://spdx.org/spdxdocs/${name}-${uuidOf(content)}`;
  return readableJson(plain({ ...content, documentNamespace }));
}

function packageOf(node: SbomNode, licenseDeclared: string) {
  const checksums = Object.entries(node.hashes ?? {}).map(([name, checksumValue]) => ({
    algorithm: algorithms[name as HashName],
    checksumValue,
  }));
  const sourceInfo = [node.goSum === undefined ? undefined : `go.sum ${node.goSum}`, node.origin]
    .filter((text) => text !== undefined)
    .join("; ");
  return {
    SPDXID: elementId(node.id),
    name: node.name,
    versionInfo: node.version === "" ? undefined : node.version,
    packageFileName: node.file,
    supplier: organization(node.supplier),
    downloadLocation: webUrl(node.location) ?? noAssertion,
    filesAnalyzed: false,
    checksums: checksums.length === 0 ? undefined : byKey(checksums, ({ algorithm }) => algorithm),
    homepage: webUrl(node.homepage),
    sourceInfo: sourceInfo === "" ? undefined : sourceInfo,
    licenseConcluded: noAssertion,
    licenseDeclared,
    copyrightText: noAssertion,
    description: node.description,
    primaryPackagePurpose: purposes[node.purpose],
    externalRefs:
      node.purl === undefined
        ? undefined
        : [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: node.purl }],
  };
}

/** Letters, digits, dots and dashes (SPDX 2.3, 7.2); what that leaves out is told apart by a digest. */
function elementId(id: string): string {
  if (id.startsWith(artifactPrefix)) return `SPDXRef-Artifact-${tellApart(id.slice(artifactPrefix.length))}`;
  return `SPDXRef-Package-${tellApart(id.replace(/^pkg:/, ""))}`;
}

/** Characters of an id that people recognise a thing by. */
const longestId = 100;

function tellApart(id: string): string {
  const plain = id.replaceAll(/[^A-Za-z0-9.-]+/g, "-").slice(0, longestId);
  return plain === id ? id : `${plain}-${createHash("sha256").update(id).digest("hex").slice(0, 8)}`;
}

/** What the document is about, what stands in what, and what needs what (SPDX 2.3, 11.1). */
function relationshipsOf({ root, nodes }: Sbom) {
  const relation = (from: string, relationshipType: string, to: string) => ({
    spdxElementId: from,
    relationshipType,
    relatedSpdxElement: elementId(to),
  });
  const edges = nodes.flatMap(({ id, contains = [], dependsOn = [] }) => [
    ...contains.map((to) => relation(elementId(id), "CONTAINS", to)),
    ...dependsOn.map((to) => relation(elementId(id), "DEPENDS_ON", to)),
  ]);
  return byKey([relation(document, "DESCRIBES", root), ...edges], (edge) =>
    [edge.spdxElementId, edge.relationshipType, edge.relatedSpdxElement].join("\n"),
  );
}

/** Words that are no expression get an id of the document's own (SPDX 2.3, 10). */
function expressionOf(license: License, extracted: Map<string, string>): string {
  if ("expression" in license) return license.expression;
  const id = `LicenseRef-${tellApart(license.words)}`;
  extracted.set(id, license.words);
  return id;
}

function extractedInfos(extracted: ReadonlyMap<string, string>) {
  const infos = [...extracted].map(([licenseId, extractedText]) => ({
    licenseId,
    name: extractedText.slice(0, 100),
    extractedText,
  }));
  return byKey(infos, ({ licenseId }) => licenseId);
}

function byKey<T>(list: readonly T[], key: (item: T) => string): readonly T[] {
  return list.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
