/** A deb with a service in a real Debian: who owns its files, what becomes of its units and data. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect } from "vitest";

import { deb } from "../../../src/make/packages/deb.ts";
import type { Service } from "../../../src/model/package.ts";
import { needsRoot } from "../../judges.ts";
import { installed, makePackage, projectFiles } from "../../worlds/packages.ts";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "slipway-deb-service-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const account = { user: "engram", group: "", home: "/var/lib/engram", about: "Engram, a service" };
const told = { enable: true, start: true, restart: true };
const service: Service = { ...account, ...told, units: ["engram.service"], data: ["/var/lib/engram"] };
const unit = "[Unit]\nDescription=x\n[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n";

async function made(version: string): Promise<string> {
  await projectFiles(folder, { unit, env: "A=1\n" });
  return makePackage(folder, deb, {
    name: "engram",
    version: { text: version },
    frames: deb.service(service),
    scripts: { postinstall: "id -u engram >/dev/null; exit 0" },
    contents: [
      installed("unit", "/usr/lib/systemd/system/engram.service"),
      installed("env", "/etc/engram/environment", { type: "config", mode: 0o640, group: "engram" }),
      { source: "dir", from: "", to: "/var/lib/engram", mode: 0o750, owner: "engram", group: "engram" },
    ],
  });
}

needsRoot("bookworm")(
  "the user is there before its files, units stay as the administrator left them, data goes with the purge alone",
  async (root) => {
    const wanted = "/etc/systemd/system/multi-user.target.wants/engram.service";
    const dpkg = (...args: readonly string[]): Promise<string> => root.run("dpkg", ...args);
    await dpkg("-i", root.put(await made("1.0.0"), "/tmp/1.deb"));
    expect(root.stat("/var/lib/engram")).toMatchObject({ mode: 0o750, owner: "engram", group: "engram" });
    expect(root.stat("/etc/engram/environment")).toMatchObject({ mode: 0o640, owner: "root", group: "engram" });
    expect(await root.run("getent", "passwd", "engram")).toMatch(
      /^engram:x:\d+:\d+:Engram, a service:\/var\/lib\/engram:\/usr\/sbin\/nologin\n$/,
    );
    expect(root.stat(wanted)?.type).toBe("symlink");

    root.write("/var/lib/engram/db", "data");
    await root.run("rm", wanted); // as systemctl disable does
    await dpkg("-i", root.put(await made("1.1.0"), "/tmp/2.deb"));
    expect(root.stat(wanted)).toBeUndefined();
    expect(root.read("/var/lib/engram/db")).toBe("data");

    await dpkg("-r", "engram");
    expect(root.read("/var/lib/engram/db")).toBe("data");
    await dpkg("-P", "engram");
    expect(root.stat("/var/lib/engram")).toBeUndefined();
    expect(root.stat("/etc/engram")).toBeUndefined();
    expect(await root.run("getent", "passwd", "engram")).toContain("engram");
  },
  60_000,
);
