/** Roots to install into: what the tests of packages stand on. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { judge, needs, needsRoot, type RootName } from "../judges.ts";
import { holdObstacle } from "./holder.ts";
import { withRoot } from "./roots.ts";

needsRoot("bookworm")("runs programs in the root, with nothing of this machine", async (root) => {
  expect(await root.run("cat", "/etc/debian_version")).toMatch(/^12\./);
  expect(await root.run("env")).not.toContain("VITEST");
  expect(await root.attempt("sh", "-c", "echo out; echo err >&2; exit 3")).toEqual({
    status: 3,
    stdout: "out\n",
    stderr: "err\n",
  });
  await expect(root.run("false")).rejects.toThrow("false ended with 1");
});

needsRoot("bookworm")("sees what programs in the root did, by the root's own names", async (root) => {
  await root.run("useradd", "--system", "--uid", "777", "--user-group", "engram");
  await root.run("sh", "-c", "mkdir /a; echo b > /a/b; chown engram:engram /a/b; chmod 6750 /a/b; ln -s /a/b /a/c");
  expect(root.stat("/a/b")).toMatchObject({ type: "file", mode: 0o6750, owner: "engram", group: "engram", size: 2 });
  expect(root.stat("/a/c")).toMatchObject({ type: "symlink", target: "/a/b", owner: "root" });
  expect(root.stat("/nothing")).toBeUndefined();
  expect(root.list("/a")).toEqual(["b", "c"]);
});

needsRoot("bookworm")("lets programs of this machine see the root", async (root) => {
  root.write("/etc/x/y", "text\n", 0o600);
  expect(await root.outside("cat", join(root.path, "etc/x/y"))).toBe("text\n");
  expect(await root.run("cat", "/etc/x/y")).toBe("text\n");
  expect(root.stat("/etc/x/y")?.mode).toBe(0o600);
});

needs("root-bookworm")(
  "leaves nothing behind, not even running programs, and changes nothing of the root it came from",
  async (tools, context) => {
    const obstacle = holdObstacle();
    if (obstacle !== undefined) context.skip(obstacle);
    const lower = tools["root-bookworm"];
    const left = await withRoot(lower, async (root) => {
      root.write("/left", "");
      const endless = root.attempt("sleep", "1000");
      await root.run("sh", "-c", "until grep -q sleep /proc/[0-9]*/comm; do :; done");
      return { path: root.path, endless };
    });
    expect((await left.endless).status).toBe(137);
    expect(existsSync(left.path)).toBe(false);
    expect(existsSync(join(lower, "left"))).toBe(false);
  },
);

it("leaves nothing behind when it is killed", async (context) => {
  const lower = judge("root-bookworm");
  if (lower === undefined || holdObstacle() !== undefined) return context.skip("no root can be made here");
  const script = `
    import { withRoot } from ${JSON.stringify(new URL("roots.ts", import.meta.url).href)};
    await withRoot(${JSON.stringify(lower)}, async (root) => {
      console.log(await root.outside("readlink", "/proc/self/ns/pid"));
      await root.attempt("sleep", "1000");
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  const namespace = said.toString().trim();
  expect(namespace).toMatch(/^pid:/);
  child.kill("SIGKILL");
  await expect.poll(() => processesIn(namespace), { timeout: 20_000 }).toEqual([]);
});

function processesIn(namespace: string): readonly string[] {
  return readdirSync("/proc").filter((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/ns/pid`) === namespace;
    } catch {
      return false; // ended meanwhile
    }
  });
}

const managers: Readonly<Record<RootName, readonly (readonly [string, RegExp])[]>> = {
  bare: [["busybox", /BusyBox/]],
  bookworm: [
    ["dpkg --version", /1\.21\./],
    ["apt-get --version", /^apt 2\.6/],
  ],
  forky: [
    ["apt-get --version", /^apt 3\./],
    ["rpm --version", /version 6\./],
    ["dnf5 --version", /dnf5 version 5\./],
  ],
  python: [["python3 --version", /^Python 3\.11/]],
  systemd: [
    ["systemctl --version", /^systemd 252/],
    ["rpm --version", /version 4\.18/],
  ],
};
for (const [name, programs] of Object.entries(managers) as [RootName, (typeof managers)[RootName]][])
  needsRoot(name)(`the root ${name} has the package managers it is for`, async (root) => {
    for (const [command, version] of programs) expect(await root.run(...words(command))).toMatch(version);
  });

function words(command: string): [string, ...string[]] {
  const [first = "", ...rest] = command.split(" ");
  return [first, ...rest];
}
