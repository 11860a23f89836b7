/** Passphrases of keys that are made: from where the command line says, or asked on the terminal, never on a command line. */
import { Problem } from "../model/problem.ts";
import { secretName } from "../model/schema.ts";
import { fetchSecret } from "./secrets.ts";

/**
 * The passphrase at `where` (`env:NAME`, `file:PATH`), or what somebody types on the terminal; undefined for none. Fails with `usage`
 * or `key.missing`.
 */
export async function newPassphrase(where: string | undefined, root: string): Promise<string | undefined> {
  if (where !== undefined) return fetched(where, root);
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return unseen(async () => {
    const typed = await ask("Passphrase for the new key (empty for none): ");
    if (typed === "") return undefined;
    if ((await ask("The same again: ")) !== typed) throw new Problem("usage", "keys new: the two passphrases differ");
    return typed;
  });
}

async function fetched(where: string, root: string): Promise<string> {
  const name = secretName("Where the passphrase is.").safeParse(where);
  if (!name.success)
    throw new Problem("usage", "--passphrase takes the name of a passphrase, never the passphrase", {
      expected: "env:NAME, file:PATH, keychain:NAME or run:COMMAND",
    });
  const { signal } = new AbortController();
  const bytes = await fetchSecret(name.data, { root, env: process.env, platform: process.platform, signal });
  return Buffer.from(bytes)
    .toString("utf8")
    .replace(/\r?\n$/, "");
}

/** The terminal echoes nothing from before the first question until after the last answer: who types quickly is not shown either. */
async function unseen<T>(questions: () => Promise<T>): Promise<T> {
  process.stdin.setRawMode(true);
  try {
    return await questions();
  } finally {
    process.stdin.setRawMode(false);
  }
}

/** One line from the terminal, which is `unseen`. Ctrl-C stops with `step.stopped`. */
function ask(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  return new Promise((resolve, reject) => {
    let typed = "";
    const end = (act: () => void): void => {
      stdin.off("data", take).pause();
      stderr.write("\n");
      act();
    };
    const take = (chunk: Buffer): void => {
      const text = chunk.toString("utf8");
      for (const [at, char] of Array.from(text).entries()) {
        if (char === "\r" || char === "\n") {
          const ahead = Array.from(text)
            .slice(at + 1)
            .join("");
          end(() => resolve(typed));
          if (ahead !== "") stdin.unshift(Buffer.from(ahead));
          return;
        }
        if (char === "\u0003" || char === "\u0004") return end(() => reject(new Problem("step.stopped", "stopped")));
        typed = char === "\u007f" || char === "\b" ? typed.slice(0, -1) : typed + char;
      }
    };
    stdin.on("data", take).resume();
  });
}
