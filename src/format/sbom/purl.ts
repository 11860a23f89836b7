/** Package URLs: names of packages across ecosystems (purl-spec, PURL-SPECIFICATION.rst). */

import { parseReference, type Reference } from "../../model/reference.ts";

export interface PurlParts {
  /** `golang`, `cargo`, `npm`, `pypi`, `deb`, `apk`, ... */
  readonly type: string;
  /** Parts joined by `/`; left out where there are none. */
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly version?: string | undefined;
  readonly qualifiers?: Readonly<Record<string, string>> | undefined;
}

/** The canonical form: `pkg:type/namespace/name@version?key=value`, qualifiers sorted, what is empty left out. */
export function writePurl({ type, namespace = "", name, version = "", qualifiers = {} }: PurlParts): string {
  const path = [...namespace.split("/").filter((part) => part !== ""), name].map(encode).join("/");
  const query = Object.entries(qualifiers)
    .filter(([, value]) => value !== "")
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${encode(value)}`)
    .join("&");
  return `pkg:${type}/${path}${version === "" ? "" : `@${encode(version)}`}${query === "" ? "" : `?${query}`}`;
}

/** Everything but letters, digits, `.-_~` and the colon is percent-encoded. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%3A", ":");
}

/** Of a path with `/`, its last part is the name. Letters keep their case, as Go's module paths do. */
export function golangPurl(path: string, version: string): string {
  return writePurl({ type: "golang", ...splitName(path), version });
}

/** `@scope/name`. */
export function npmPurl(name: string, version: string, qualifiers: Readonly<Record<string, string>> = {}): string {
  return writePurl({ type: "npm", ...splitName(name), version, qualifiers });
}

/** PyPI compares names in this form (PEP 503). */
export function pypiPurl(name: string, version: string): string {
  return writePurl({ type: "pypi", name: name.toLowerCase().replaceAll(/[-_.]+/g, "-"), version });
}

export function cargoPurl(name: string, version: string, qualifiers: Readonly<Record<string, string>> = {}): string {
  return writePurl({ type: "cargo", name, version, qualifiers });
}

function splitName(path: string): Pick<PurlParts, "namespace" | "name"> {
  const at = path.lastIndexOf("/");
  return at < 0 ? { name: path } : { namespace: path.slice(0, at), name: path.slice(at + 1) };
}

/** An image by its name, such as `ghcr.io/acme/tool:1.0.0`, and its digest; undefined where the name can be none. */
export function ociPurl(name: string, digest: string): string | undefined {
  const reference = referenceOf(name);
  if (reference === undefined) return undefined;
  const { registry, repository, tag = "" } = reference;
  return writePurl({
    type: "oci",
    name: repository.slice(repository.lastIndexOf("/") + 1),
    version: digest,
    qualifiers: { repository_url: `${registry}/${repository}`, tag },
  });
}

function referenceOf(name: string): Reference | undefined {
  try {
    return parseReference(name);
  } catch {
    return undefined;
  }
}
