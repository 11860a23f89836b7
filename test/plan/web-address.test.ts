/** Clones of one repository by different ways have one address for people. */
import { expect, test } from "vitest";

import { webAddress } from "../../src/plan/web-address.ts";

test.each([
  ["https://github.com/acme/tool", "https://github.com/acme/tool"],
  ["https://github.com/acme/tool.git", "https://github.com/acme/tool"],
  ["https://github.com/acme/tool.git/", "https://github.com/acme/tool"],
  ["git@github.com:acme/tool.git", "https://github.com/acme/tool"],
  ["github.com:acme/tool", "https://github.com/acme/tool"],
  ["ssh://git@github.com:22/acme/tool.git", "https://github.com/acme/tool"],
  ["git://github.com/acme/tool.git", "https://github.com/acme/tool"],
  ["http://forge.lan:3000/acme/tool.git", "http://forge.lan:3000/acme/tool"],
  ["https://forge.lan:8443/acme/tool", "https://forge.lan:8443/acme/tool"],
])("people look at a clone of %s at %s", (url, address) => {
  expect(webAddress(url)).toBe(address);
});

test.each(["", "file:///srv/git/tool.git", "/srv/git/tool", "../tool", "C:\\git\\tool", "C:/git/tool"])(
  "nobody else knows %s",
  (url) => {
    expect(webAddress(url)).toBe("");
  },
);
