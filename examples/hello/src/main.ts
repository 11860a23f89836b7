/** Greets whom it is told to, and says which version it is. */
import { greeting } from "./greeting.ts";

// Constants that the release puts in; run from source, there are none.
declare const BUILD_VERSION: string | undefined;
declare const BUILD_COMMIT: string | undefined;
declare const BUILD_DATE: string | undefined;

const version = typeof BUILD_VERSION === "undefined" ? "dev" : BUILD_VERSION;
const commit = typeof BUILD_COMMIT === "undefined" ? "none" : BUILD_COMMIT;
const date = typeof BUILD_DATE === "undefined" ? "unknown" : BUILD_DATE;

const words = process.argv.slice(2);
if (words[0] === "version") console.log(`hello ${version} (commit: ${commit.slice(0, 7)}, built: ${date})`);
else console.log(greeting(words));
