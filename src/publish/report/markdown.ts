/** A release summary for people, as Markdown: tables of places and files. */
import type { Summary } from "./summary.ts";
import type { SurveyedPlace } from "./survey.ts";

/** The text of `release-summary.md`, with a line break at its end. */
export function summaryMarkdown(summary: Summary): string {
  const parts = [heading(summary), places(summary), artifacts(summary), signatures(summary), verification(summary)];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function heading({ about, isComplete, places: all }: Summary): string {
  const { title, version, tag, commit, channel, epoch } = about;
  const date = new Date(epoch * 1000).toISOString().slice(0, 10);
  const state = isComplete
    ? all.length === 0
      ? "Published nowhere."
      : "Everything is where it should be."
    : "**Not everything is where it should be.**";
  const facts = [
    ["Version", version],
    ["Tag", tag],
    ["Commit", commit],
    ["Date", date],
    ["Channel", channel],
  ] as const;
  const rows = facts.filter(([, value]) => value !== "").map(([name, value]) => [name, code(value)]);
  return `# ${plain(title)}\n\n${state}\n\n${table(["", ""], rows)}`;
}

function places({ places: all }: Summary): string {
  if (all.length === 0) return "";
  const rows = all.map((place) => [
    plain(place.store),
    place.url === "" ? plain(place.where) : `<${place.url.replaceAll(/[<>|\s]/g, "")}>`,
    plain(stateOf(place)),
  ]);
  return `## Places\n\n${table(["place", "where", "state"], rows)}${missing(all)}`;
}

function stateOf({ outcome, why, expected, there, names, problems }: SurveyedPlace): string {
  const [problem] = problems;
  const words = {
    done: "published",
    already: "published before",
    staged: "staged",
    pending: "waits",
    failed: "failed",
    skipped: "held back",
  };
  const count = expected === 0 ? "" : `, ${there.length} of ${expected} ${names}`;
  const because =
    why === "" ? (outcome === "done" || outcome === "already" || problem === undefined ? "" : problem.message) : why;
  return `${words[outcome]}${count}${because === "" ? "" : `: ${because}`}`;
}

function missing(all: readonly SurveyedPlace[]): string {
  const lines = all.flatMap(({ store, missing: gone, other }) => [
    ...gone.map((name) => `- ${plain(store)} lacks ${code(name)}`),
    ...other.map((name) => `- ${plain(store)} has other bytes under ${code(name)}`),
  ]);
  return lines.length === 0 ? "" : `\n\n${lines.join("\n")}`;
}

function artifacts({ artifacts: all }: Summary): string {
  const rows = all.map(({ name, target, size, sha256 }) => [code(name), target, String(size), code(sha256)]);
  const images = all.flatMap(({ image }) =>
    (image?.names ?? []).map((name) => [code(name), code(image?.digest ?? "")]),
  );
  const files = `## Artifacts\n\n${table(["file", "platform", "bytes", "SHA-256"], rows)}`;
  return images.length === 0 ? files : `${files}\n\n## Images\n\n${table(["name", "digest"], images)}`;
}

function signatures({ signatures: all }: Summary): string {
  if (all.length === 0) return "";
  return `## Signatures\n\n${table(
    ["file", "of"],
    all.map(({ name, of }) => [code(name), of === "" ? "" : code(of)]),
  )}`;
}

function verification({ release, artifacts: all }: Summary): string {
  const words = `Before it was published, ${all.length} files were read and compared with \`release.json\`, whose digest is`;
  return `## Verification\n\n${words} \`${release}\`. Check it with \`slipway verify\`.`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Words in a cell: nothing in them ends it, or is markup. */
function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, " ").replaceAll(/[\\`*_[\]<>|#]/g, String.raw`\$&`);
}

function code(text: string): string {
  return `\`${text.replaceAll(/[\p{Cc}\s`]+/gu, " ").replaceAll("|", String.raw`\|`)}\``;
}
