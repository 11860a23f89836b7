/** What people read at the top of a release that was taken back. */
import type { Withdrawal } from "../../model/store.ts";

const prefix = "[withdrawn] ";

export function withdrawnTitle(title: string): string {
  return title.startsWith(prefix) ? title : `${prefix}${title}`;
}

/** Markdown, as GitHub, Gitea and GitLab show it. */
export function withdrawnNotice({ why, backTo }: Pick<Withdrawal, "why" | "backTo">): string {
  const reason = why.replaceAll(/\s+/g, " ").trim();
  const instead = backTo === undefined ? "" : ` Use ${backTo.tag === "" ? backTo.version : backTo.tag} instead.`;
  return `> [!CAUTION]\n> **This release was withdrawn.** ${reason}${instead}`;
}
