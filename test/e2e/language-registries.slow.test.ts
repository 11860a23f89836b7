/** A release goes to registries of packages as well: made by their own tools, published once, installed by npm and pip, taken back. */
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";

import { judge, needs } from "../judges.ts";
import { metadata } from "../store/packages/python.ts";
import { npm, run as runProgram } from "../store/packages/world.ts";
import { type PypiServer, startPypiServer } from "../worlds/pypiserver.ts";
import { shell } from "../worlds/shell.ts";
import { slipway } from "../worlds/slipway.ts";
import { startVerdaccio, type Verdaccio } from "../worlds/verdaccio.ts";

const { project, home, env } = shell();
let npmServer: Verdaccio | undefined;
let pypiServer: PypiServer | undefined;
beforeAll(async () => {
  if (judge("verdaccio") !== undefined) npmServer = await startVerdaccio();
  if (judge("pypiserver") !== undefined) pypiServer = await startPypiServer();
});
afterAll(async () => {
  await npmServer?.stop();
  await pypiServer?.stop();
});

const wheelScript = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as z:
    for name, text in (("wtool.py", "print('of the wheel')\\n"), ("wtool-1.0.0.dist-info/METADATA", open("METADATA").read()),
                       ("wtool-1.0.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: tests\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"),
                       ("wtool-1.0.0.dist-info/RECORD", "")):
        z.writestr(zipfile.ZipInfo(name), text)
`;

needs(
  "verdaccio",
  "pypiserver",
  "npm",
  "python3",
)("a tarball by npm pack and a wheel by a command go each to its own registry, behind everything else", async () => {
  const [npmUrl, pypiUrl] = [npmServer?.url ?? "", pypiServer?.url ?? ""];
  const folder = project({
    "slipway.yaml": `slipway: 1
project: { name: tool }
before:
  - mkdir -p out
  - npm pack --silent --pack-destination out
builds:
  - name: wheel
    command: python3 wheel.py out/wtool-{{ version }}-py3-none-any.whl
    outputs: out/wtool-{{ version }}-py3-none-any.whl
    type: package
release:
  files: ["out/*.tgz"]
stores:
  npm: { npm: "${npmUrl}" }
  python: { pypi: "${pypiUrl}", username: ada, password: env:PYPI_PASSWORD }
  site: { folder: public }
publish: [npm, python, site]
`,
    "package.json": JSON.stringify({ name: "@acme/tool", version: "1.0.0", bin: "cli.js", files: ["cli.js"] }),
    "cli.js": "#!/usr/bin/env node\nconsole.log('of the tarball');\n",
    "wheel.py": wheelScript,
    METADATA: metadata("wtool", "1.0.0"),
    ".gitignore": "dist\nout\npublic\n",
  });
  const secrets = { NPM_TOKEN: npmServer?.token ?? "", PYPI_PASSWORD: "a-very-good-secret" };
  const where = { cwd: folder, env: { ...env, ...secrets } };
  const released = await slipway(["release"], where);
  expect(released, released.stderr).toMatchObject({ code: 0 });
  expect(released.stdout).toContain("published to npm 127.0.0.1");
  expect(released.stdout).toContain("published to python 127.0.0.1");
  expect(released.stdout + released.stderr).not.toMatch(/a-very-good-secret/);

  const user = mkdtempSync(join(home, "user-"));
  npm(user, npmUrl, "install", "@acme/tool");
  expect(npm(user, npmUrl, "exec", "--offline", "--", "@acme/tool").trim()).toBe("of the tarball");
  const pip = ["-m", "pip", "install", "--quiet", "--no-input", "--no-cache-dir", "--disable-pip-version-check"];
  const from = ["--no-deps", "--target", join(user, "site"), "--index-url", `${pypiUrl}simple/`, "wtool"];
  runProgram("python3", [...pip, ...from], { cwd: user });
  const said = runProgram("python3", ["-c", "import wtool"], { cwd: user, env: { PYTHONPATH: join(user, "site") } });
  expect(said.trim()).toBe("of the wheel");

  const again = await slipway(["publish"], where);
  expect(again, again.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining("already in npm 127.0.0.1") });
  const status = await slipway(["status"], where);
  expect(status, status.stderr).toMatchObject({ code: 0 });
  expect(status.stdout).toMatch(/npm .*published/);
  expect(status.stdout).toMatch(/python .*published/);

  const yanked = await slipway(["yank", "1.0.0", "--why", "it eats files"], where);
  expect(yanked.stdout + yanked.stderr).toContain("yank it by hand");
  expect(npm(user, npmUrl, "view", "@acme/tool@1.0.0", "deprecated").trim()).toBe("it eats files");
});
