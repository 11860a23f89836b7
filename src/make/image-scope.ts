/** What templates see of images once they are made, as `images`: each by its id. */
import type { Artifact } from "../model/artifact.ts";
import type { ImageAttributes } from "../model/image.ts";
import type { JsonObject } from "../model/json.ts";

/** `{ tool: { digest, name, reference, names } }`; `name` is the first repository, `names` are all names with their tags. */
export function imageScope(inputs: readonly Artifact[]): JsonObject {
  return Object.fromEntries(
    inputs.flatMap(({ type, attributes }) => {
      const { image } = attributes;
      return type === "image" && typeof image === "string" ? [[image, described(attributes)]] : [];
    }),
  );
}

function described(attributes: JsonObject): JsonObject {
  const { digest, names } = attributes as ImageAttributes;
  const all = names.map(({ name }) => name);
  const repository = (attributes["repositories"] as readonly string[] | undefined)?.[0] ?? withoutTag(all[0] ?? "");
  return { digest, name: repository, reference: `${repository}@${digest}`, names: all };
}

/** A port's colon comes before the last slash. */
function withoutTag(name: string): string {
  const colon = name.lastIndexOf(":");
  return colon > name.lastIndexOf("/") ? name.slice(0, colon) : name;
}
