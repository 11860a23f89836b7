/** Opens images with the operator's credentials. What that takes is loaded when the first image is opened. */
import type { OpenImage } from "../model/image.ts";

export function openerFor(root: string): OpenImage {
  let opener: Promise<OpenImage> | undefined;
  return async (reference, signal) => {
    opener ??= import("../store/open-image.ts").then(({ imageOpener }) => imageOpener({ root, env: process.env }));
    return (await opener)(reference, signal);
  };
}
