/** Signatures that a command of the user's makes, taken as it writes them. */
import { chmod, lstat, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import { onDisk } from "../../model/disk.ts";
import type { PlannedHook } from "../../model/plan.ts";
import { Problem } from "../../model/problem.ts";
import { type Words, words, z } from "../../model/schema.ts";
import { renderText, type Template } from "../../model/template.ts";
import { writePrivate } from "../command.ts";
import type { MakingSignature } from "./kind.ts";

interface CommandOptions {
  readonly command: Words;
}

/** Bytes no signature reaches; a certificate chain and a log's proof are in some. */
const largest = 1024 * 1024;

export const command: MakingSignature<CommandOptions> = {
  kind: "command",
  summary: "Whatever a command writes as the signature of a file: gpg, cosign, a service of yours.",
  example:
    'command: "gpg --batch --output {{ signature }} --detach-sign {{ artifact }}"\nas: "{{ artifact }}.sig"\nof: [checksums]\n',
  primary: "command",
  schema: z
    .strictObject({
      command: words(
        "A command that signs the file `{{ artifact }}` and writes the signature to `{{ signature }}`. No shell reads it.",
        ["artifact", "signature"],
      ),
    })
    .superRefine((options, context) => {
      for (const name of ["artifact", "signature"])
        if (!sourceOf(options.command).includes(name))
          context.addIssue({
            code: "custom",
            message: `expected a command that uses {{ ${name} }}`,
            path: ["command"],
            input: options,
          });
    }),
  methods: [],
  keyOf: () => undefined,
  decide: ({ command: written }, scope) => ({
    key: undefined,
    suffix: ".sig",
    options: { command: isList(written) ? written.map((word) => renderText(word, scope)) : renderText(written, scope) },
  }),
  async sign({ file, options, temporary, run }) {
    const folder = await onDisk(temporary, () => mkdtemp(join(temporary, "slipway-sign-")));
    try {
      await chmod(folder, 0o700);
      // The file has its own name: what it is called stands in some signatures.
      const [artifact, signature] = [join(folder, file.name), join(folder, `${file.name}.signature`)];
      await writePrivate(artifact, file.open());
      await run(options["command"] as PlannedHook["run"], { artifact, signature });
      return await written(signature, file.name);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function written(path: string, name: string): Promise<Uint8Array> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || !found.isFile())
    throw new Problem("step.failed", `${name} has no signature: its command wrote no file {{ signature }}`);
  if (found.size === 0 || found.size > largest)
    throw new Problem("step.failed", `${name} has no signature: its command wrote ${found.size} bytes`);
  return onDisk(path, () => readFile(path));
}

function isList(given: Words): given is readonly Template[] {
  return Array.isArray(given);
}

function sourceOf(given: Words): string {
  return isList(given) ? given.map(({ source }) => source).join(" ") : given.source;
}
