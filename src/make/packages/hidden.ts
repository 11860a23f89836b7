/** Names that apk and pacman keep for themselves: what begins with a dot at the root of a package is never installed. */
import { type Place, Problem } from "../../model/problem.ts";

/** Fails with `plan.invalid` where a path (relative to the root or absolute) begins with a dot. */
export function refuseHidden(
  files: readonly { readonly path: string; readonly place?: Place | undefined }[],
  manager: string,
): void {
  const hidden = files.find(({ path }) => /^\/*\./.test(path));
  if (hidden === undefined) return;
  throw new Problem(
    "plan.invalid",
    `${manager} does not install ${hidden.path}: it takes such names for its own files`,
    {
      place: hidden.place,
      hint: "Put it into a folder: only names at the root must not begin with a dot.",
    },
  );
}
