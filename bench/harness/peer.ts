/** The programs that Slipway is measured against. */

import { findJudge, judgeNamed } from "../../scripts/judges/find.ts";

/** The path of a peer. @throws with the command that installs it */
export function programOf(name: string): string {
  const path = findJudge(judgeNamed(name));
  if (path === undefined) throw new Error(`${name} is not installed: npm run judges -- ${name}`);
  return path;
}
