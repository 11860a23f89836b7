/** What rpm packages do for a service, run by a shell with stand-ins for systemctl, groupadd and useradd that note how they were called. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { rpm } from "../../../src/make/packages/rpm.ts";
import { composeScript } from "../../../src/make/packages/scripts.ts";
import type { ScriptName, Service } from "../../../src/model/package.ts";

const service: Service = {
  units: ["tool.service", "tool@a.socket"],
  user: "tool",
  group: "tools",
  home: "/var/lib/tool",
  about: "Tool's own",
  enable: true,
  start: true,
  restart: true,
  data: [],
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-service-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Circumstances {
  /** Whether systemd is. */
  readonly running?: boolean;
  readonly more?: Partial<Service>;
  /** Whether user and group are there. */
  readonly known?: boolean;
}

/** What was called when a script ran with the count that rpm gives it. */
function calls(
  name: ScriptName,
  count: number,
  { running = true, more = {}, known = false }: Circumstances = {},
): readonly string[] {
  const frame = rpm.service({ ...service, ...more })[name] ?? {};
  const own = "echo own >> $LOG\nexit 0\n";
  const log = join(folder, "log");
  writeFileSync(log, "");
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  for (const program of ["systemctl", "groupadd", "useradd", "getent"]) {
    const status = program === "getent" && !known ? 2 : 0;
    writeFileSync(
      join(bin, program),
      `#!/bin/sh\nfor word in ${program} "$@"; do printf '%s|' "$word"; done >> $LOG\necho >> $LOG\nexit ${status}\n`,
    );
    chmodSync(join(bin, program), 0o755);
  }
  if (running) mkdirSync(join(folder, "run/systemd/system"), { recursive: true });
  const text = composeScript({ before: frame.before ?? "", own, after: frame.after ?? "" }).replaceAll(
    "/run/systemd",
    `${folder}/run/systemd`,
  );
  writeFileSync(join(folder, "script"), text);
  const { status, stderr } = spawnSync("sh", [join(folder, "script"), String(count)], {
    encoding: "utf8",
    env: { PATH: `${bin}:${process.env["PATH"] ?? ""}`, LOG: log },
  });
  expect([status, stderr]).toEqual([0, ""]);
  return readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("getent"));
}

describe("a service in an rpm package", () => {
  it("has its user and group before the files are there, unless they are there already", () => {
    expect(calls("preinstall", 1)).toEqual([
      "groupadd|--system|tools|",
      "useradd|--system|--gid|tools|--home-dir|/var/lib/tool|--no-create-home|--shell|/usr/sbin/nologin|--comment|Tool's own|tool|",
      "own",
    ]);
    expect(calls("preinstall", 2, { known: true })).toEqual(["own"]);
    expect(rpm.service({ ...service, user: "", group: "" }).preinstall).toBeUndefined();
  });

  it("is enabled and started by the first installation only, after the user's own script", () => {
    expect(calls("postinstall", 1)).toEqual([
      "own",
      "systemctl|--no-reload|enable|tool.service|tool@a.socket|",
      "systemctl|daemon-reload|",
      "systemctl|start|tool.service|tool@a.socket|",
    ]);
    expect(calls("postinstall", 2)).toEqual(["own", "systemctl|daemon-reload|"]);
  });

  it("is left alone where that is wanted", () => {
    expect(calls("postinstall", 1, { more: { enable: false, start: false } })).toEqual([
      "own",
      "systemctl|daemon-reload|",
    ]);
    expect(calls("postremove", 1, { more: { restart: false } })).toEqual(["own", "systemctl|daemon-reload|"]);
  });

  it("is restarted by an upgrade where it runs, and stopped before the last version goes", () => {
    expect(calls("preremove", 1)).toEqual(["own"]);
    expect(calls("postremove", 1)).toEqual([
      "own",
      "systemctl|daemon-reload|",
      "systemctl|try-restart|tool.service|tool@a.socket|",
    ]);
    expect(calls("preremove", 0)).toEqual(["systemctl|--no-reload|disable|--now|tool.service|tool@a.socket|", "own"]);
    expect(calls("postremove", 0)).toEqual(["own", "systemctl|daemon-reload|"]);
  });

  it("is only enabled and disabled where systemd does not run, as in images", () => {
    expect(calls("postinstall", 1, { running: false })).toEqual([
      "own",
      "systemctl|--no-reload|enable|tool.service|tool@a.socket|",
    ]);
    expect(calls("preremove", 0, { running: false })).toEqual([
      "systemctl|--no-reload|disable|tool.service|tool@a.socket|",
      "own",
    ]);
    expect(calls("postremove", 1, { running: false })).toEqual(["own"]);
  });
});
