/** Python distributions made by hand, small ones: a wheel, and an sdist. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Artifact } from "../../../src/model/artifact.ts";
import { packageAt, run } from "./world.ts";

export type Packed = Artifact & { readonly path: string };

/** Everything a form can say, folded lines and what is not ASCII too. */
export function metadata(name: string, version: string): string {
  return [
    "Metadata-Version: 2.4",
    `Name: ${name}`,
    `Version: ${version}`,
    "Summary: A tool für alle",
    "Author-email: Ada <ada@example.com>",
    "License-Expression: MIT",
    "License-File: LICENSE",
    "Keywords: tools, more tools",
    "Classifier: Programming Language :: Python :: 3",
    "Classifier: Operating System :: OS Independent",
    "Project-URL: Homepage, https://example.com/tool",
    "Project-URL: Issues, https://example.com/tool/issues",
    "Requires-Python: >=3.9",
    'Requires-Dist: left-pad; extra == "more"',
    "Provides-Extra: more",
    "Description-Content-Type: text/markdown",
    "",
    "# A tool",
    "",
    "It says what it is.",
    "",
  ].join("\n");
}

/** Wheel `tool-1.0.0-py3-none-any.whl`, whose module prints `text`. */
export function wheel(home: string, name: string, version: string, text = version): Packed {
  const folder = mkdtempSync(join(home, "wheel-"));
  const module = name.replaceAll("-", "_");
  const info = join(folder, `${module}-${version}.dist-info`);
  mkdirSync(info);
  writeFileSync(join(folder, `${module}.py`), `print(${JSON.stringify(text)})\n`);
  writeFileSync(join(info, "METADATA"), metadata(name, version));
  writeFileSync(
    join(info, "WHEEL"),
    "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
  );
  const file = `${module}-${version}-py3-none-any.whl`;
  const script = [
    "import base64, hashlib, os, sys, zipfile",
    "root, file, info = sys.argv[1:]",
    "paths = sorted(os.path.relpath(os.path.join(d, f), root) for d, _, fs in os.walk(root) for f in fs)",
    "with zipfile.ZipFile(file, 'w', zipfile.ZIP_DEFLATED) as z:",
    "    record = ''",
    "    for p in paths:",
    "        b = open(os.path.join(root, p), 'rb').read()",
    "        z.writestr(p, b)",
    "        h = base64.urlsafe_b64encode(hashlib.sha256(b).digest()).rstrip(b'=').decode()",
    "        record += f'{p},sha256={h},{len(b)}\\n'",
    "    z.writestr(info + '/RECORD', record + info + '/RECORD,,\\n')",
  ].join("\n");
  const path = join(mkdtempSync(join(home, "made-")), file);
  run("python3", ["-c", script, folder, path, `${module}-${version}.dist-info`], { cwd: home });
  return packageAt(path, { attributes: { format: "wheel", package: name, version } });
}

export function sdist(home: string, name: string, version: string): Packed {
  const folder = mkdtempSync(join(home, "sdist-"));
  const stem = `${name.replaceAll("-", "_")}-${version}`;
  mkdirSync(join(folder, stem));
  writeFileSync(join(folder, stem, "PKG-INFO"), metadata(name, version));
  writeFileSync(join(folder, stem, "pyproject.toml"), "[project]\n");
  run("tar", ["-czf", `${stem}.tar.gz`, stem], { cwd: folder });
  return packageAt(join(folder, `${stem}.tar.gz`), { attributes: { format: "sdist", package: name, version } });
}

/** What a module prints that pip installed from an index, with the hash it lists compared. */
export function installed(
  home: string,
  index: string,
  spec: string,
  module: string,
  ...more: readonly string[]
): string {
  const target = mkdtempSync(join(home, "site-"));
  const quiet = ["--disable-pip-version-check", "--no-input", "--no-cache-dir", "--quiet"];
  const args = ["-m", "pip", "install", ...quiet, "--no-deps", "--target", target, "--index-url", index, ...more, spec];
  run("python3", args, { cwd: home, env: { PIP_FIND_LINKS: "", PIP_CONFIG_FILE: "/dev/null" } });
  return run("python3", ["-c", `import ${module}`], { cwd: home, env: { PYTHONPATH: target } }).trim();
}
