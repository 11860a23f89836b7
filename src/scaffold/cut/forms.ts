/** Which form a file has, by its name. */
import { manifest, npmLock } from "./json.ts";
import type { Form } from "./spot.ts";
import { python, whole } from "./text.ts";
import { cargo, lock, other, pyproject } from "./toml.ts";
import { chart, document } from "./yaml.ts";

/** By the whole name, or else by its ending. */
const forms: Readonly<Record<string, Form>> = {
  "package-lock.json": npmLock,
  "npm-shrinkwrap.json": npmLock,
  "pyproject.toml": pyproject,
  "Cargo.toml": cargo,
  "Cargo.lock": lock,
  "uv.lock": lock,
  "Chart.yaml": chart,
  ".json": manifest,
  ".toml": other,
  ".yaml": document,
  ".yml": document,
  ".py": python,
};

/** The form of a file; one whose name says nothing has to hold the version alone. */
export function formOf(file: string): Form {
  const name = file.slice(file.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return forms[name] ?? (dot < 0 ? undefined : forms[name.slice(dot)]) ?? whole;
}
