/** A root that boots: what the tests of services stand on. */
import { expect } from "vitest";

import { judge, needsBooted } from "../judges.ts";
import { withBooted } from "./booted.ts";

// A server in a line: systemd listens and starts the service for each connection; a line of one character ends the request.
const socket = `[Socket]
ListenStream=127.0.0.1:8080
Accept=yes
`;
const service = `[Service]
Environment=WORD=hello
StandardInput=socket
ExecStart=/bin/sh -c "sed -n '/^.$$/q'; printf 'HTTP/1.0 200 OK\\\\r\\\\n\\\\r\\\\n'; echo $WORD"
`;

needsBooted()("runs services, whose ports are reached from inside, and has no network but its own", async (root) => {
  root.write("/etc/systemd/system/tool.socket", socket);
  root.write("/etc/systemd/system/tool@.service", service);
  await root.run("systemctl", "start", "tool.socket");
  expect(await root.run("systemctl", "is-active", "tool.socket")).toBe("active\n");
  expect(await root.run("curl", "--silent", "--show-error", "http://127.0.0.1:8080/")).toBe("hello\n");
  const interfaces = (await root.run("cat", "/proc/net/dev")).split("\n").slice(2, -1);
  expect(interfaces.map((line) => line.trim().split(":")[0])).toContain("lo");
  expect((await root.attempt("curl", "--silent", "--max-time", "5", "http://192.0.2.1/")).status).toBe(7);
});

needsBooted()("has no unit that failed", async (root) => {
  expect(await root.run("systemctl", "list-units", "--failed", "--no-legend")).toBe("");
});

needsBooted()("says what its journal said where a test in it fails", async () => {
  const failing = withBooted(judge("root-systemd") ?? "", async (root) => {
    await root.run("sh", "-c", "echo the last words | systemd-cat");
    await root.run("sh", "-c", "until journalctl | grep -q 'last words'; do sleep 0.05; done");
    await root.run("systemctl", "start", "nothing.service");
  });
  await expect(failing).rejects.toThrow(/nothing\.service not found[^]*the last words/);
});
