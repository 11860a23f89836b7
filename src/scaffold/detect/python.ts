/** Finds a Python project that can be built: a pyproject.toml that says what it is called. */
import { parse } from "smol-toml";

import { isMap } from "../../model/schema.ts";
import { said, under, type Found, type Language } from "./found.ts";

export const python: Language = {
  recognises: (names) => names.has("pyproject.toml"),

  async find(tree, dir): Promise<Found> {
    const project = projectIn((await tree.read(under(dir, "pyproject.toml"))) ?? "");
    const name = said(project?.name);
    // A pyproject.toml may hold nothing but the settings of linters.
    if (project === undefined || name === undefined) return { programs: [], about: {} };
    const urls = isMap(project.urls) ? project.urls : {};
    const homepage = Object.entries(urls).find(([label]) => /^(homepage|home|repository|source)$/i.test(label))?.[1];
    const license = said(project.license) ?? (isMap(project.license) ? said(project.license.text) : undefined);
    return {
      programs: [
        { kind: "python", name, main: ".", dir, because: under(dir, "pyproject.toml"), options: {}, remarks: [] },
      ],
      about: {
        name,
        description: said(project.description),
        homepage: said(homepage) ?? said(project.homepage),
        license,
      },
    };
  },
};

/** `[project]`, or `[tool.poetry]` of older Poetry projects. */
function projectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = parse(text);
    if (isMap(value.project)) return value.project;
    return isMap(value.tool) && isMap(value.tool.poetry) ? value.tool.poetry : undefined;
  } catch {
    return undefined;
  }
}
