/** Checks what a layer of an image holds as far as it is known before anything runs. */
import { posix } from "node:path";

import type { ImageEntry } from "../model/config/images.ts";
import type { Facts } from "../model/facts.ts";
import type { PlannedImage } from "../model/image.ts";
import type { PlannedFile } from "../model/plan.ts";
import { Problem, throwIfAny } from "../model/problem.ts";
import { collisions, missingFile } from "./package-contents.ts";

/** Throws every Problem found: relative paths, two files of one path, owners nobody knows, types, and files that are not there. */
export function checkLayer(entry: ImageEntry, facts: Facts, files: readonly PlannedFile[]): void {
  const isAbsent = ({ source, from, optional }: PlannedFile): boolean =>
    source === "glob" && optional !== true && facts.absent.includes(from);
  throwIfAny([
    ...files.flatMap(wrongType),
    ...files.flatMap(wrongPath),
    ...files.flatMap((file) => wrongOwner(entry, file)),
    ...collisions(files.filter(({ to }) => !isRoot(to))),
    ...files.filter(isAbsent).map(({ from, place }) => missingFile(from, place)),
  ]);
}

/** Throws `plan.empty` where nothing would stand in an image, whatever its patterns match. */
export function refuseEmpty({ place }: ImageEntry, { base, layers, add, dockerfile }: PlannedImage): void {
  if (base !== null || dockerfile !== null || add.length > 0 || layers.some(({ files }) => files.length > 0)) return;
  throw new Problem("plan.empty", "the image would be empty", {
    place,
    hint: "Add `contents`, or take a base other than scratch.",
  });
}

function wrongType({ type, place }: PlannedFile): readonly Problem[] {
  if (type === undefined) return [];
  return [
    new Problem("plan.invalid", `type: "${type}" says nothing to an image`, {
      place,
      expected: "no type: images hold files, folders and links",
    }),
  ];
}

/** A package is unpacked at the root. */
function wrongPath({ source, from, to, place }: PlannedFile): readonly Problem[] {
  if ((source === "artifact" && isRoot(to)) || (to.startsWith("/") && !isRoot(to))) return [];
  return [
    new Problem("plan.invalid", `"${to === "" ? from : to}" has no place in the image`, {
      place,
      expected: "an absolute path in `to`, such as /usr/local/bin/tool",
    }),
  ];
}

/** Whether an entry goes to the image's root itself. */
export function isRoot(to: string): boolean {
  return to === "" || posix.normalize(to) === "/";
}

/** Whether a text is the number of a user or group: chown(2) takes 32 bits, and the last number means none. */
function isOwnerId(text: string): boolean {
  return /^[0-9]+$/.test(text) && Number(text) < 0xffff_ffff;
}

/** Users, and groups of the same names, that `add: [passwd]` makes. */
const addedUsers: readonly string[] = ["nobody", "nonroot"];

/** An image holds numbers: what a name stands for is only known where its own passwd is made here. */
function wrongOwner({ add }: ImageEntry, { owner = "root", group = "root", place }: PlannedFile): readonly Problem[] {
  const isKnown = (name: string): boolean =>
    name === "root" || isOwnerId(name) || (add.includes("passwd") && addedUsers.includes(name));
  const unknown = [...new Set([owner, group])].filter((name) => !isKnown(name));
  return unknown.map(
    (name) =>
      new Problem("plan.invalid", `"${name}" is nobody in the image`, {
        place,
        expected: "root or a number, such as 65532",
      }),
  );
}
