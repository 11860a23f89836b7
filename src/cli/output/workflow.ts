/** GitHub Actions' workflow commands: saying them, and saying other people's words so that they are none. */
import type { Place } from "../../model/problem.ts";

/** Whether this run's output is read by GitHub Actions. */
export function isWorkflow(): boolean {
  return process.env["GITHUB_ACTIONS"] === "true";
}

/** An annotation at a place, https://docs.github.com/actions/reference/workflow-commands-for-github-actions#setting-an-error-message */
export function errorCommand(title: string, message: string, place: Place | undefined): string {
  const where = place === undefined ? "" : `file=${property(place.file)},line=${place.line},col=${place.column},`;
  return `::error ${where}title=${property(title)}::${data(message)}`;
}

/** A line that runs no command: the runner takes `::` after any blanks at its start, and the older `##[` anywhere in it. */
export function inert(line: string): string {
  return line
    .split("\r")
    .map((part) => part.replace(/^(\s*):(?=:)/, "$1: ").replaceAll("##[", "## ["))
    .join("\r");
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
