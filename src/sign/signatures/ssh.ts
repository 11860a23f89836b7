/** Signatures by SSH keys (PROTOCOL.sshsig), as `ssh-keygen -Y verify` reads them. */
import { z } from "../../model/schema.ts";
import type { MakingSignature } from "./kind.ts";

interface SshOptions {
  readonly key: string;
  readonly namespace?: string | undefined;
  readonly hash?: "sha256" | "sha512" | undefined;
}

export const ssh: MakingSignature<SshOptions> = {
  kind: "ssh",
  summary: "A signature by an SSH key that `ssh-keygen -Y verify` reads (`.sig`).",
  example: "ssh: release\nof: [checksums, release]\n",
  primary: "key",
  schema: z.strictObject({
    key: z.string().min(1).describe("Name of a key in `trust.keys`."),
    namespace: z
      .string()
      .regex(/^[\w.@-]+$/, "expected a namespace, such as file, or release@acme.example")
      .describe("What the signature is for: it counts for nothing else. Whoever verifies has to say the same.")
      .meta({ default: "file" })
      .optional(),
    hash: z.enum(["sha256", "sha512"]).describe("Digest of the file.").meta({ default: "sha512" }).optional(),
  }),
  methods: ["ssh"],
  keyOf: ({ key }) => key,
  decide: ({ key, namespace = "file", hash = "sha512" }) => ({ key, suffix: ".sig", options: { namespace, hash } }),
  async sign({ file, options, signer, time }) {
    if (signer?.method !== "ssh") throw new Error(`${file.name} is to be signed by SSH, with another key`);
    return signer.signFile(file, options, time);
  },
};
