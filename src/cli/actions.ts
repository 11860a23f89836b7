/** Commands that do one of several things: the words that follow them, and what each does. */

export type ActionWords = readonly [words: string, description: string];

export const actions = {
  keys: [
    ["show [NAME...]", "which keys there are, what they sign, and whether they are here (default)"],
    ["new NAME", "make a key, and say what goes into the config and the CI"],
    ["export NAME", "print the public key in the form its users want"],
    ["init", "make the trust root that `trust.root` describes"],
    ["add FOLDER", "list a release in the trust metadata"],
    ["refresh", "sign the trust metadata anew before it expires"],
    ["rotate OLD NEW", "put a new key in the place of another"],
    ["revoke NAME", "believe a key no longer"],
    ["sign", "sign trust metadata that waits for your key"],
  ],
  cache: [
    ["show", "how much it holds (default)"],
    ["prune", "remove what was used longest ago, or everything"],
  ],
} as const satisfies Readonly<Record<string, readonly ActionWords[]>>;
