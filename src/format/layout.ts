/** Where artifacts lie in a Release's folder: side by side, or in a folder per platform. */
import { type Platform, formatPlatform } from "../model/platform.ts";
import { platformKey } from "./release-index.ts";

export type Layout = "flat" | "by-platform";

/** The path of an artifact in the folder, `/` separated: `engram.zip`, or `windows-amd64/engram.zip`. */
export function placeOf(layout: Layout, name: string, platform: Platform | string | undefined): string {
  if (layout === "flat" || platform === undefined) return name;
  return `${platformKey(typeof platform === "string" ? platform : formatPlatform(platform))}/${name}`;
}
