/** The `.INSTALL` of Arch packages, as a shell sees it. */
import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

import { installFile } from "../../../../src/make/packages/archlinux/install.ts";

function call(file: string | undefined, ...words: readonly string[]): string {
  return execFileSync("/bin/sh", ["-c", `${file}\n${words.join(" ")}`], { encoding: "utf8" });
}

it("is not there without scripts", () => {
  expect(installFile({}, [])).toBeUndefined();
});

it("keeps an exit inside of its function, and a function without commands is none the worse", () => {
  const file = installFile({ postinstall: "#!/bin/sh\necho $1\nexit 0\n", preremove: "# nothing\n" }, []);
  expect(call(file, "post_install 1.0-1; pre_remove; echo after")).toBe("1.0-1\nafter\n");
});

it("obeys the flags of the script's first line", () => {
  const file = installFile({ postinstall: "#!/bin/bash -e\nfalse\necho not reached\n" }, []);
  expect(call(file, "post_install; echo $?")).toBe("1\n");
});

it("gives files to their owners before the user's script sees them, whatever their names hold", () => {
  const common = { mtime: 0, flags: new Set<never>() };
  const file = installFile({ postinstall: "#!/bin/sh\necho mine\n" }, [
    { ...common, type: "directory", path: "srv/it's", mode: 0o2750, owner: "a", group: "b" },
    { ...common, type: "symlink", path: "srv/l", mode: 0o777, target: "x", owner: "a", group: "a" },
    { ...common, type: "directory", path: "srv/roots", mode: 0o755, owner: "root", group: "root" },
  ]);
  const told = call(file, 'chown() { echo chown "$@"; }; chmod() { echo chmod "$@"; }; post_install; post_upgrade');
  const owners = "chown -h a:b /srv/it's\nchmod 2750 /srv/it's\nchown -h a:a /srv/l\n";
  expect(told).toBe(`${owners}mine\n${owners}`);
});

it("has no place for a script that is for another interpreter", () => {
  expect(() => installFile({ postinstall: "#!/usr/bin/python3\nprint()\n" }, [])).toThrow("cannot be a function");
});
