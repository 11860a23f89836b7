/** What OCI labels and annotations say of a release, from the project and git (image-spec, annotations.md). */
import type { Scope, Template } from "../model/template.ts";
import { webAddress } from "./web-address.ts";

/** Filled from the project; an entry of the user's own goes over it, and an empty one takes it away. */
export function imageTexts(own: Readonly<Record<string, Template>>, scope: Scope): Readonly<Record<string, string>> {
  const project = scope["project"] as Readonly<Record<string, unknown>>;
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  const made = {
    title: text(project["title"]) || text(project["name"]),
    description: text(project["description"]).split("\n", 1).join(""),
    url: text(project["homepage"]),
    documentation: text(project["documentation"]),
    source: text(project["repository"]) || webAddress(text(scope["gitUrl"])),
    version: text(scope["version"]),
    revision: text(scope["commit"]),
    created: text(scope["date"]),
    licenses: text(project["license"]),
    vendor: text(project["vendor"]),
    authors: text(project["maintainer"]),
  };
  const texts = new Map(Object.entries(made).map(([key, value]) => [`org.opencontainers.image.${key}`, value]));
  for (const [key, template] of Object.entries(own)) texts.set(key, template.render(scope));
  const kept = [...texts].filter(([, value]) => value !== "");
  return Object.fromEntries(kept.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
