/** The media type a file is sent with, by its name (IANA's registry, and what is usual where that has none). */

const types: readonly (readonly [ending: RegExp, type: string])[] = [
  [/\.(tar\.gz|tgz|gz|apk|crate)$/, "application/gzip"],
  [/\.(tar\.zst|zst)$/, "application/zstd"],
  [/\.(tar\.xz|xz)$/, "application/x-xz"],
  [/\.tar$/, "application/x-tar"],
  [/\.(zip|whl|jar)$/, "application/zip"],
  [/\.deb$/, "application/vnd.debian.binary-package"],
  [/\.rpm$/, "application/x-rpm"],
  [/\.(json|sigstore|intoto\.jsonl)$/, "application/json"],
  [/\.(ya?ml)$/, "application/yaml"],
  [/\.md$/, "text/markdown"],
  [/\.(txt|sha256|sha512|minisig|asc|pem|sig|rb)$|(^|\/)SHA\d*SUMS$/, "text/plain"],
  [/\.sh$/, "application/x-sh"],
];

/** `application/octet-stream` for what nothing else is known of. */
export function contentTypeOf(name: string): string {
  return types.find(([ending]) => ending.test(name))?.[1] ?? "application/octet-stream";
}
