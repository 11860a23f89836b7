/** The layout store: images in a folder that is an OCI image layout, which skopeo and podman read as `oci:FOLDER:TAG`. */
import { resolve } from "node:path";
import { z } from "zod";

import { Problem } from "../model/problem.ts";
import { formatReference, parseReference } from "../model/reference.ts";
import { template } from "../model/schema.ts";
import type { Template } from "../model/template.ts";
import type { PlaceOf } from "./image/placed.ts";
import { probeNames } from "./image/probe.ts";
import { imageStore } from "./image-store.ts";
import type { OpenableStore } from "./kind.ts";
import { readNames } from "./layout/read.ts";
import { layoutTarget } from "./layout/write.ts";
import { probing } from "./probing.ts";

interface LayoutOptions {
  readonly layout: Template;
  readonly names?: "tag" | "full" | undefined;
  readonly existing?: "refuse" | "replace" | undefined;
}

const existing = z.enum(["refuse", "replace"]).optional();
const names = z.enum(["tag", "full"]).optional();
const decidedSchema = z.object({ layout: z.string(), names, existing });

export const layout: OpenableStore<LayoutOptions> = {
  kind: "layout",
  summary: "A folder of container images as an OCI image layout, for skopeo, podman and machines without a network.",
  example: "stores:\n  offline: { layout: build/oci }\n",
  primary: "layout",
  takes: ["image"],
  schema: z.strictObject({
    layout: template("path of the folder; relative to the project. Images add up in it"),
    names: names.describe(
      "what images are called in it: by their `tag` (the default), or by their `full` name where several have the same tags",
    ),
    existing: existing.describe(
      "what to do where a name stands for another image: `refuse` or `replace`; left out: names that hold a whole version are refused, others move",
    ),
  }),
  decide({ options, place }, scope) {
    const path = options.layout.render(scope).trim();
    if (path === "" || path.startsWith("~"))
      throw new Problem("plan.invalid", `"${path}" cannot be the folder of a layout`, {
        place: options.layout.place ?? place,
        expected: "a path, absolute or relative to the project; no shell reads it",
      });
    const onOther = options.existing === undefined ? {} : { existing: options.existing };
    return { layout: path, names: options.names ?? "tag", ...onOther };
  },
  async open(options, context) {
    const decided = decidedSchema.parse(options);
    const folder = resolve(context.root, decided.layout);
    await readNames(folder); // what is no layout is known before anything is written
    return imageStore({
      where: `layout ${folder}`,
      names: "names",
      existing: decided.existing,
      place: placeIn(folder, decided.names),
      context,
      close: () => {},
    });
  },
  async probe(options, { root }, expected) {
    const { layout: path, names: calling, existing: onOther } = decidedSchema.parse(options);
    const folder = resolve(root, path);
    const settings = await probing("settings", async () => {
      const { length } = await readNames(folder);
      return { outcome: "ok", detail: length === 0 ? "it is made when needed" : `it names ${length} images` };
    });
    if (settings.outcome !== "ok") return [settings];
    return [settings, ...(await probeNames(expected, { place: placeIn(folder, calling), existing: onOther }))];
  },
  written(text) {
    const path = /^oci:(.*)$/s.exec(text)?.[1];
    if (path === undefined) return undefined;
    if (path === "" || /:/.test(path.replace(/^[A-Za-z]:(?=[\\/])/, "")))
      throw new Problem("usage", `"${text}" is no layout for the images of a release, which keep their tags`, {
        expected: "oci:FOLDER",
      });
    return { layout: resolve(path), names: "tag" };
  },
};

/** All names have the same target, since there is one list of them. */
function placeIn(folder: string, calling: LayoutOptions["names"]): PlaceOf {
  const target = layoutTarget(folder);
  return (name) => {
    const reference = parseReference(name);
    const { tag = "latest", digest } = reference;
    if (digest !== undefined) return { target, tag: digest };
    return { target, tag: calling === "full" ? formatReference({ ...reference, tag }) : tag };
  };
}
