/** Where people read a commit or a pull request, by the address of the repository's website. */

export interface Addresses {
  commit(id: string): string;
  pull(number: number): string;
}

/** `web` is `https://host/path`; empty: nothing has an address. */
export function addressesOf(web: string): Addresses {
  if (web === "") return { commit: () => "", pull: () => "" };
  const host = URL.parse(web)?.hostname ?? "";
  if (/(^|[.-])gitlab[.-]/.test(host))
    return {
      commit: (id) => `${web}/-/commit/${id}`,
      pull: (number) => `${web}/-/merge_requests/${number}`,
    };
  // Gitea and Forgejo lead from an issue's address to the pull request's, as GitHub does.
  const word = host === "github.com" ? "pull" : "issues";
  return { commit: (id) => `${web}/commit/${id}`, pull: (number) => `${web}/${word}/${number}` };
}
