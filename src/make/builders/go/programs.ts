/** The names of programs: what a package path is called, and which paths stand for several. */
import { posix } from "node:path";

/** `go help packages`: a path with `...` stands for every package it matches. */
export function isPattern(path: string): boolean {
  return path.includes("...");
}

/**
 * What the program of a package is called when nobody says: the last element of its path, as `go install` names it, less a
 * major version (`/v2`); the project's name for the package in the root.
 */
export function programName(main: string, dir: string, project: string): string {
  const isFile = main.endsWith(".go");
  const path = isFile ? posix.dirname(main) : main;
  const local = path.startsWith(".") || isFile;
  const parts = posix
    .join(local ? dir : "", path)
    .split("/")
    .filter((part) => part !== "" && part !== "." && part !== "..");
  if (parts.length > 1 && /^v[0-9]+$/.test(parts.at(-1) ?? "")) parts.pop();
  return parts.at(-1) ?? project;
}
