/** Opens a protected OpenPGP key with its passphrase. */
import type { SecretName } from "../model/schema.ts";
import type { KeyContext } from "./kind.ts";
import { passphraseOf } from "./material.ts";
import type { KeyPacket } from "../format/pgp/digest.ts";
import { invalidKey } from "./problem.ts";

/** Makes the packet's secret usable; a key without a passphrase is usable already. Fails with `key.missing` or `key.invalid`. */
export async function unlock(
  packet: KeyPacket,
  passphrase: SecretName | undefined,
  context: KeyContext,
): Promise<void> {
  if (!("decrypt" in packet)) throw invalidKey(context, "is a public key, which cannot sign");
  if (!packet.isDecrypted()) {
    if (passphrase === undefined)
      throw invalidKey(context, "has a passphrase, and nobody said where it is", "Add `passphrase: env:NAME`.");
    const bytes = await context.secret(passphrase);
    try {
      await packet.decrypt(passphraseOf(bytes));
    } catch (thrown) {
      const isWrong = thrown instanceof Error && thrown.message.startsWith("Incorrect key passphrase");
      throw isWrong
        ? invalidKey(
            context,
            `cannot be opened: the passphrase in ${passphrase.from}:${passphrase.name} is not its own`,
          )
        : invalidKey(
            context,
            "is protected in a way that cannot be undone",
            "Protect it again with a current gpg: gpg --edit-key NAME passwd, then export it once more.",
          );
    } finally {
      bytes.fill(0);
    }
  }
  try {
    await packet.validate();
  } catch {
    throw invalidKey(context, "is damaged: its two halves do not belong together");
  }
}
