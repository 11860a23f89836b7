/** What a platform asks of an executable that was changed after it was signed. */
import { signAdHoc } from "../../format/macho/ad-hoc-signature.ts";
import { dropSignature } from "../../format/pe/drop-signature.ts";

const resigners: Readonly<Record<string, (path: string, identifier: string) => Promise<void>>> = {
  darwin: signAdHoc,
  windows: dropSignature,
};

/** Brings the executable's signature in line with its bytes, in place: ad hoc for macOS, none for Windows. */
export async function resign(path: string, os: string, identifier: string): Promise<void> {
  await resigners[os]?.(path, identifier);
}
