/** Projects on forges: where the API of each is. */
import { expect, test } from "vitest";

import { forgeSites } from "../../../src/store/project/table.ts";

test.each([
  ["github", "https://github.com/", "https://api.github.com/"],
  ["github", "https://api.github.com/", "https://api.github.com/"],
  ["github", "https://ghe.example/", "https://ghe.example/api/v3/"],
  ["github", "https://ghe.example/api/v3/", "https://ghe.example/api/v3/"],
  ["github", "https://acme.ghe.com/", "https://api.acme.ghe.com/"],
  ["gitea", "https://git.example/sub/", "https://git.example/sub/api/v1/"],
  ["gitea", "https://git.example/api/v1/", "https://git.example/api/v1/"],
  ["gitlab", "https://gitlab.com/", "https://gitlab.com/api/v4/"],
])("the API of a %s at %s is at %s", (kind, address, api) => {
  expect(forgeSites.get(kind)?.api(new URL(address)).href).toBe(api);
});
