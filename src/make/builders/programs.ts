/** What a builder of several programs at once is expected to leave: one artifact for each. */
import type { ExpectedArtifact } from "../../model/artifact.ts";
import type { BuildRequest } from "../../model/kind.ts";
import { executableSuffix, type Platform } from "../../model/platform.ts";

/** `bins` are the programs' own names; an entry's `binary` stands in place of the only one. */
export function programOutputs(
  bins: readonly string[],
  request: Pick<BuildRequest, "binary">,
  platform: Platform,
): readonly ExpectedArtifact[] {
  const extension = executableSuffix(platform);
  return bins.map((bin) => {
    const binary = request.binary ?? bin;
    return {
      name: `${binary}${extension}`,
      type: "binary",
      platform,
      listed: false,
      attributes: { binary, extension },
    };
  });
}
