/** Tags of the repository as GitHub has them: https://docs.github.com/rest/git. */
import type { Github } from "./connect.ts";
import { refShape } from "./shapes.ts";

/** Tags of tags that are followed. */
const mostPeeled = 5;

/** The commit a tag stands for, through annotated tags; undefined where there is no such tag. */
export async function commitOfTag(github: Github, tag: string): Promise<string | undefined> {
  const what = `look at the tag ${tag}`;
  const answer = await github.ask({ method: "GET", path: `git/ref/tags/${encodedRef(tag)}` });
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw github.refusal(what, answer);
  let { object } = answer.as(refShape);
  for (let depth = 0; object.type === "tag" && depth < mostPeeled; depth += 1)
    object = (await github.must(what, { method: "GET", path: `git/tags/${object.sha}` })).as(refShape).object;
  return object.sha;
}

/** Makes the tag stand for the commit, wherever it stood before. */
export async function moveTag(github: Github, tag: string, commit: string): Promise<void> {
  const there = await commitOfTag(github, tag);
  if (there === commit) return;
  const what = `move the tag ${tag}`;
  if (there === undefined) {
    const json = { ref: `refs/tags/${tag}`, sha: commit };
    const made = await github.ask({ method: "POST", path: "git/refs", json });
    // Somebody else, or a request of ours whose answer was lost, made it.
    if (made.status === 201 || (await commitOfTag(github, tag)) === commit) return;
    throw github.refusal(what, made);
  }
  const json = { sha: commit, force: true };
  await github.must(what, { method: "PATCH", path: `git/refs/tags/${encodedRef(tag)}`, json, repeatable: true });
}

function encodedRef(tag: string): string {
  return tag.split("/").map(encodeURIComponent).join("/");
}
