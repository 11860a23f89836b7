/** Owners of files in an image: only numbers go into a layer, since names mean something only to the image's own passwd. */
import { Problem } from "../../model/problem.ts";

/** Users that `add: [passwd]` writes, and their group of the same name and number, as distroless images have them. */
export const knownUsers: Readonly<Record<string, number>> = { root: 0, nobody: 65_534, nonroot: 65_532 };

/** The number of an owner or group at `path`. `added`: what the image's `add` lists. Throws `plan.invalid` on other names. */
export function numberOfOwner(owner: string, path: string, added: readonly string[]): number {
  if (/^[0-9]+$/.test(owner) && Number(owner) < 0xffff_ffff) return Number(owner);
  const known = Object.hasOwn(knownUsers, owner) ? knownUsers[owner] : undefined;
  if (known !== undefined && (owner === "root" || added.includes("passwd"))) return known;
  throw new Problem("plan.invalid", `${path}: an image does not know who ${owner} is`, {
    expected: "a number such as 65532, or root",
    hint: known === undefined ? "Give the owner by number." : "`add: [passwd]` defines it.",
  });
}
