/** Writes CycloneDX 1.6 documents as JSON (ECMA-424). */
import { plain, readableJson } from "../../model/json.ts";
import { formatTime } from "../../model/time.ts";
import { uuidOf } from "./document-id.ts";
import { allOf, type License, licenseReader, statedLicenses } from "./licenses.ts";
import type { HashName, Sbom, SbomNode } from "./model.ts";
import { webUrl } from "./odd-words.ts";

const algorithms: Readonly<Record<HashName, string>> = {
  md5: "MD5",
  sha1: "SHA-1",
  sha256: "SHA-256",
  sha384: "SHA-384",
  sha512: "SHA-512",
};

/** What it calls an archive, an installable package and sources is a file. */
const types: Readonly<Record<SbomNode["purpose"], string>> = {
  application: "application",
  archive: "file",
  container: "container",
  file: "file",
  install: "file",
  library: "library",
  source: "file",
  "operating-system": "operating-system",
};

/**
 * The document's text. The serial number follows from the content, and the time is the release's clock, so the same input gives
 * the same bytes. It has one kind of edge: what stands in a thing and what it was made from are both its dependencies.
 */
export async function writeCycloneDx(sbom: Sbom): Promise<string> {
  const read = sbom.nodes.some(({ licenses }) => statedLicenses(licenses).length > 0)
    ? await licenseReader()
    : undefined;
  const component = (node: SbomNode) =>
    componentOf(node, read === undefined ? [] : statedLicenses(node.licenses).map(read));
  const root = sbom.nodes.find(({ id }) => id === sbom.root);
  if (root === undefined) throw new Error(`${sbom.name} is about nothing in it`);
  const tools = { components: [{ type: "application", ...sbom.tool }] };
  const content = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: formatTime(sbom.epoch),
      lifecycles: [{ phase: "post-build" }],
      tools,
      component: component(root),
      properties: propertiesOf([
        ["slipway:name", sbom.name],
        ...sbom.remarks.map((text) => ["slipway:remark", text] as const),
      ]),
    },
    components: byRef(sbom.nodes.filter((node) => node !== root).map(component), "bom-ref"),
    dependencies: byRef(
      sbom.nodes.map(({ id, contains = [], dependsOn = [] }) => ({
        ref: id,
        dependsOn: [...new Set([...contains, ...dependsOn])].toSorted(),
      })),
      "ref",
    ),
  };
  return readableJson(plain({ ...content, serialNumber: `urn:uuid:${uuidOf(content)}` }));
}

function componentOf(node: SbomNode, licenses: readonly License[]) {
  const hashes = Object.entries(node.hashes ?? {}).map(([name, content]) => ({
    alg: algorithms[name as HashName],
    content,
  }));
  const [website, distribution] = [webUrl(node.homepage), webUrl(node.location)];
  const references = [
    ...(website === undefined ? [] : [{ type: "website", url: website }]),
    ...(distribution === undefined ? [] : [{ type: "distribution", url: distribution }]),
  ];
  return {
    "bom-ref": node.id,
    type: types[node.purpose],
    supplier: node.supplier === undefined ? undefined : { name: node.supplier },
    name: node.name,
    version: node.version === "" ? undefined : node.version,
    description: node.description,
    hashes: hashes.length === 0 ? undefined : byRef(hashes, "alg"),
    licenses: licenses.length === 0 ? undefined : licensesOf(licenses),
    purl: node.purl,
    externalReferences: references.length === 0 ? undefined : references,
    properties: propertiesOf([
      ["slipway:file", node.file],
      ["slipway:go.sum", node.goSum],
      ["slipway:origin", node.origin],
    ]),
  };
}

/** One expression, or a list of licenses: the two do not go together. */
function licensesOf(licenses: readonly License[]) {
  const expressions = licenses.flatMap((license) => ("expression" in license ? [license.expression] : []));
  if (expressions.length === licenses.length) return [{ expression: allOf([...new Set(expressions)].toSorted()) }];
  const names = licenses.map((license) => ("expression" in license ? license.expression : license.words));
  return [...new Set(names)].toSorted().map((name) => ({ license: { name } }));
}

function propertiesOf(pairs: readonly (readonly [string, string | undefined])[]) {
  const properties = pairs.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  return properties.length === 0 ? undefined : properties;
}

function byRef<Key extends string, T extends Readonly<Record<Key, string>>>(
  list: readonly T[],
  key: Key,
): readonly T[] {
  return list.toSorted((a, b) => (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0));
}
