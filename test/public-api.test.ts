/** The package's public surface: a change of it is seen here, and is then a decision. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { exportedDeclarations } from "./setup/declarations.ts";
import { ROOT } from "./setup/imports.ts";

const ENTRIES = ["index.ts", "format/index.ts"].filter((entry) => existsSync(join(ROOT, "src", entry)));

// After a change on purpose: npx vitest run test/public-api.test.ts -u
it("exports what it exported before, with the same types", async () => {
  const declarations = exportedDeclarations(ENTRIES);
  for (const entry of ENTRIES) {
    await expect(declarations[entry]).toMatchFileSnapshot(`golden/public-api/${entry.replace("/", "-")}.txt`);
  }
}, 60_000);
