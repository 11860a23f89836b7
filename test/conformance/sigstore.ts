/** Asks `slipway conformance sigstore` about a bundle, in the words of the suite's protocol and in this process. */
import { conformance } from "../../src/cli/commands/conformance.ts";
import { exit } from "../../src/cli/exit.ts";

export interface Question {
  /** Paths. */
  readonly bundle: string;
  readonly trustedRoot?: string | undefined;
  /** Who is to have signed: a PEM file, or an identity and who vouches for it. */
  readonly by: { readonly key: string } | { readonly identity: string; readonly issuer: string };
  /** A path, or `sha256:HEX`. */
  readonly artifact: string;
}

/** Whether the bundle is verified. */
export async function isVerified({ bundle, trustedRoot, by, artifact }: Question): Promise<boolean> {
  const words = [
    "verify-bundle",
    "--bundle",
    bundle,
    ...("key" in by
      ? ["--key", by.key]
      : ["--certificate-identity", by.identity, "--certificate-oidc-issuer", by.issuer]),
    ...(trustedRoot === undefined ? [] : ["--trusted-root", trustedRoot]),
    artifact,
  ];
  return (await conformance({}, ["sigstore", ...words])) === exit.ok;
}
