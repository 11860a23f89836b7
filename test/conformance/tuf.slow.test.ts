/** The public conformance suite of TUF clients against `slipway conformance tuf`. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect } from "vitest";

import { needs } from "../judges.ts";
import { program, start } from "../worlds/slipway.ts";

/** Tests of the pinned commit. */
const tests = 113;

/** More than there are cores: a test waits for its client most of the time. */
const workers = 3;

/** Lets the suite's servers sleep until a request comes: they ask without pause, and take the cores from the client. */
const patience = `
def pytest_configure(config):
    from tuf_conformance._internal import simulator_server
    for server in (simulator_server.SimulatorServer, simulator_server.StaticServer):
        wait(server)

def wait(server):
    begin = server.__init__
    def __init__(self, *args, **named):
        begin(self, *args, **named)
        self.timeout = 0.01
    server.__init__ = __init__
`;

const folder = mkdtempSync(join(tmpdir(), "slipway-tuf-"));
afterAll(() => rmSync(folder, { recursive: true }));

needs(
  "tuf-conformance",
  "python-tuf",
  "faketime",
)(
  `tuf-conformance passes: ${tests} of its ${tests} tests, each with processes of its own`,
  async ({ "tuf-conformance": suite, "python-tuf": python }) => {
    const client = join(folder, "client");
    writeFileSync(client, `#!/bin/sh\nexec '${process.execPath}' '${program}' conformance tuf "$@"\n`, { mode: 0o755 });
    writeFileSync(join(folder, "patience.py"), patience);
    const options = ["-q", "-p", "patience", "-p", "no:cacheprovider", "-n", String(workers), "--entrypoint", client];
    const { stdout, stderr } = await start(python, ["-m", "pytest", ...options, join(suite, "tuf_conformance")], {
      cwd: folder,
      env: { PYTHONDONTWRITEBYTECODE: "1", TMPDIR: folder },
    }).ended;
    const last = stdout.split("\n").findLast((line) => line !== "");
    expect(last, `${stdout}${stderr}`).toMatch(new RegExp(`^${tests} passed in `));
  },
);
