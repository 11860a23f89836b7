/** Versions as Python writes them (PEP 440), and the one for a release's semantic version. */

/** Appendix B of PEP 440: every spelling that is accepted. */
const pattern =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|alpha|b|beta|c|rc|pre|preview)[-_.]?(\d*))?((?:-(\d+))|(?:[-_.]?(?:post|rev|r)[-_.]?(\d*)))?(?:[-_.]?dev[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/i;

const phases: Readonly<Record<string, string>> = { alpha: "a", beta: "b", c: "rc", pre: "rc", preview: "rc" };

/** The normal form (`1.0-RC.1` is `1.0rc1`), or undefined for what is no version. */
export function normalizeVersion(text: string): string | undefined {
  const match = pattern.exec(text.trim());
  if (match === null) return undefined;
  const [, epoch, release = "", phase, phaseNumber, post, implicitPost, postNumber] = match;
  const dev = /[-_.]?dev[-_.]?(\d*)/i.exec(text.split("+")[0] ?? "");
  const local = match[9];
  const number = (digits: string | undefined): string =>
    String(BigInt(digits === undefined || digits === "" ? "0" : digits));
  return [
    epoch === undefined || number(epoch) === "0" ? "" : `${number(epoch)}!`,
    release.split(".").map(number).join("."),
    phase === undefined ? "" : `${phases[phase.toLowerCase()] ?? phase.toLowerCase()}${number(phaseNumber)}`,
    post === undefined ? "" : `.post${number(implicitPost ?? postNumber)}`,
    dev === null ? "" : `.dev${number(dev[1])}`,
    local === undefined
      ? ""
      : `+${local
          .toLowerCase()
          .split(/[-_.]/)
          .map((part) => (/^\d+$/.test(part) ? number(part) : part))
          .join(".")}`,
  ].join("");
}

/** Whether two normal forms are one version: `1.0` and `1.0.0` are. */
export function isSameVersion(a: string, b: string): boolean {
  const bare = (version: string): string =>
    version.replace(/^((?:\d+!)?\d+(?:\.\d+)*?)(?:\.0+)*(?=$|[^\d.]|\.[a-z])/, "$1");
  return bare(a) === bare(b);
}

/**
 * The Python version of a semantic version. Pre-releases called alpha, beta, rc and the like keep their meaning; anything
 * else that comes before the release (`1.2.4-SNAPSHOT-abc1234`) becomes a development version with it as local part
 * (`1.2.4.dev0+snapshot.abc1234`), which sorts before the release and which PyPI does not take. Undefined where even
 * `major.minor.patch` is no version.
 */
export function pythonVersion(version: string): string | undefined {
  const [, base = "", prerelease, metadata] = /^([^-+]*)(?:-([^+]*))?(?:\+(.*))?$/.exec(version) ?? [];
  // A bare number after a dash is a pre-release to semver and a post-release to PEP 440.
  const understood = prerelease === undefined || /^[a-z]/i.test(prerelease) ? normalizeVersion(version) : undefined;
  if (understood !== undefined) return understood;
  const local = [prerelease, metadata]
    .filter((part) => part !== undefined && part !== "")
    .join(".")
    .replace(/[^a-z0-9]+/gi, ".")
    .replace(/^\.|\.$/g, "");
  return normalizeVersion(local === "" ? base : `${base}.dev0+${local}`);
}
