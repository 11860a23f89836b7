/** What people read at the top of a release that was taken back. */
import type { Withdrawal } from "../../model/store.ts";

const prefix = "[withdrawn] ";

export function withdrawnTitle(title: string): string {
  return title.startsWith(prefix) ? title : `${prefix}${title}`;
}

/** Markdown, as GitHub, Gitea and GitLab show it. `instead`: tag of the release to use. */
export function withdrawnNotice({
  why,
  instead,
}: Pick<Withdrawal, "why"> & { readonly instead: string | undefined }): string {
  const reason = why.replaceAll(/\s+/g, " ").trim();
  return `> [!CAUTION]\n> **This release was withdrawn.** ${reason}${instead === undefined ? "" : ` Use ${instead} instead.`}`;
}
