/** Where an image lies, as people write it: in a registry, a layout, or an archive. */
import { Problem } from "../model/problem.ts";
import { parseReference } from "../model/reference.ts";

export type ImagePlace =
  | {
      readonly kind: "registry";
      readonly registry: string;
      readonly repository: string;
      /** Tag or digest; `latest` where neither is written. */
      readonly name: string;
      /** Whether a tag or digest was written. */
      readonly isNamed: boolean;
    }
  | {
      readonly kind: "layout" | "archive" | "docker-archive";
      /** As written. */
      readonly path: string;
      /** Tag or digest; empty: the one image there is. */
      readonly name: string;
      readonly isNamed: boolean;
    };

const transports = { oci: "layout", "oci-archive": "archive", "docker-archive": "docker-archive" } as const;

/**
 * Reads `ghcr.io/acme/tool:1.0.0`, `docker://` before it or not, `oci:FOLDER[:TAG]`, `oci-archive:FILE`, `docker-archive:FILE` (as
 * containers-transports(5) has them; a digest may stand behind a folder). Throws `plan.invalid`.
 */
export function placeOfImage(text: string): ImagePlace {
  const [, transport, rest = ""] = /^(oci|oci-archive|docker-archive):(.*)$/s.exec(text) ?? [];
  if (transport !== undefined) return placeOfFiles(transports[transport as keyof typeof transports], rest, text);
  const { registry, repository, tag, digest } = parseReference(text.replace(/^docker:\/\//, ""));
  const name = digest ?? tag;
  return { kind: "registry", registry, repository, name: name ?? "latest", isNamed: name !== undefined };
}

function placeOfFiles(kind: Exclude<ImagePlace["kind"], "registry">, rest: string, text: string): ImagePlace {
  const [, folder = rest, digest] = /^(.*)@(sha256:[0-9a-f]{64})$/s.exec(rest) ?? [];
  const drive = /^[A-Za-z]:[\\/]/.test(folder) ? 2 : 0;
  const colon = kind === "layout" ? folder.indexOf(":", drive) : -1;
  const path = colon < 0 ? folder : folder.slice(0, colon);
  const tag = colon < 0 ? "" : folder.slice(colon + 1);
  if (path === "" || (colon >= 0 && tag === ""))
    throw new Problem("plan.invalid", `"${text}" is not the name of an image`, {
      expected: "oci:FOLDER, oci:FOLDER:TAG, oci-archive:FILE or docker-archive:FILE",
    });
  const name = digest ?? tag;
  return { kind, path, name, isNamed: name !== "" };
}
