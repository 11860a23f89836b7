/** One line of the notes: what changed, by what, by whom. */
import type { NotesConfig } from "../../model/config/notes.ts";
import type { Scope } from "../../model/template.ts";
import type { ChangelogEntry, ChangelogRules } from "./changelog.ts";

/** Writes lines as the config says: by its template, or `words (#12, 0123456) by @ada`, what is known of that. */
export function lineWriter({ from, entry, links, authors }: NotesConfig, scope: Scope): ChangelogRules["write"] {
  if (entry !== undefined)
    return (change, words) => entry.render({ ...scope, change: { ...change, description: words } }).trim();
  return (change, words) => {
    const by = authors ? authorOf(change) : "";
    // A squashed commit's subject ends in the number already.
    const said = `(#${change.number})`;
    const isSaid = words.endsWith(said);
    const pull = isSaid && !links ? "" : pullOf(change, links);
    // The commit of a pull request says nothing that its page does not.
    const commit = from === "commits" || change.number === 0 ? commitOf(change, links) : "";
    const origins = [pull, commit].filter((part) => part !== "");
    const bare = isSaid && links ? words.slice(0, -said.length).trimEnd() : words;
    return `${bare}${origins.length === 0 ? "" : ` (${origins.join(", ")})`}${by === "" ? "" : ` by ${by}`}`;
  };
}

type Details = Omit<ChangelogEntry, "line">;

function pullOf({ number, url }: Details, links: boolean): string {
  if (number === 0) return "";
  return links && url !== "" ? `[#${number}](${url})` : `#${number}`;
}

function commitOf({ shortCommit, commitUrl }: Details, links: boolean): string {
  if (shortCommit === "") return "";
  return links && commitUrl !== "" ? `[${shortCommit}](${commitUrl})` : shortCommit;
}

function authorOf({ login, author }: Details): string {
  return login === "" ? author : `@${login}`;
}
