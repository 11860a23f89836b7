/** Options that keys of every kind have: where the secret is, or the command that signs in its place. */
import { type SecretName, secretName, type Words, words, z } from "../model/schema.ts";

export interface KeyOptions {
  readonly key?: SecretName | undefined;
  readonly passphrase?: SecretName | undefined;
  readonly command?: Words | undefined;
  readonly public?: string | undefined;
}

/** `key` is described by the kind, which knows its form. */
export function keyShape(key: string) {
  return {
    key: secretName(key).optional(),
    passphrase: secretName("Where the passphrase is, for a key that has one.").optional(),
    command: words(
      "Instead of `key`: a command that signs the file `{{ artifact }}` and writes the signature to `{{ signature }}`. No shell reads it.",
    ).optional(),
    public: z
      .string()
      .min(1)
      .describe(
        "With `command`: path of the public key, relative to the project. Every signature is checked with it before it is used.",
      )
      .optional(),
  };
}

type Issue = { readonly path: readonly string[]; readonly message: string };

/** For `superRefine`: what is wrong, each at its option. */
export function noting<Options>(issuesOf: (options: Options) => readonly Issue[]) {
  return (options: Options, context: z.RefinementCtx<Options>): void => {
    for (const { path, message } of issuesOf(options))
      context.addIssue({ code: "custom", message, path: [...path], input: options });
  };
}

/** What is wrong with options that fit their types: a key and a command exclude each other, and one of them is needed. */
export function keyIssues(options: KeyOptions): readonly Issue[] {
  const { key, passphrase, command } = options;
  if (key === undefined && command === undefined) return [{ path: [], message: "expected `key`, or `command`" }];
  if (key !== undefined && command !== undefined)
    return [{ path: ["command"], message: "expected either `key` or `command`, not both" }];
  if (command === undefined)
    return options.public === undefined
      ? []
      : [{ path: ["public"], message: "expected only with `command`: a key knows its public half" }];
  return [
    ...(passphrase === undefined
      ? []
      : [{ path: ["passphrase"], message: "expected only with `key`: a command finds its own passphrase" }]),
    ...(options.public === undefined
      ? [{ path: [], message: "expected `public`, since signatures of a command are checked" }]
      : []),
    ...["artifact", "signature"].flatMap((name) =>
      sourceOf(command).includes(name)
        ? []
        : [{ path: ["command"], message: `expected a command that uses {{ ${name} }}` }],
    ),
  ];
}

function sourceOf(command: Words): string {
  return "source" in command ? command.source : command.map(({ source }) => source).join(" ");
}
