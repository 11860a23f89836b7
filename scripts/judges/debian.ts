/** Downloads packages of Debian for any architecture, and leaves the machine's own apt as it is. */

import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execute } from "./machine.ts";

/** Downloads the newest packages of the machine's own release to `folder`, which is made. */
export function downloadDebian(architecture: string, packages: readonly string[], folder: string): void {
  const apt = `${folder}.apt`;
  for (const name of ["lists/partial", "archives/partial"]) mkdirSync(join(apt, name), { recursive: true });
  writeFileSync(join(apt, "status"), "");
  // A private state keeps the machine's own apt free of a second architecture.
  const settings = [
    `APT::Architecture=${architecture}`,
    `APT::Architectures=${architecture}`,
    "APT::Sandbox::User=root",
    `Dir::State::lists=${apt}/lists`,
    `Dir::State::status=${apt}/status`,
    `Dir::Cache=${apt}`,
  ].flatMap((setting) => ["-o", setting]);
  execute("apt-get", ["update", "-qq", ...settings]);
  execute("apt-get", ["download", "-qq", ...settings, ...packages], {}, apt);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(apt).filter((file) => file.endsWith(".deb"))) {
    renameSync(join(apt, name), join(folder, name));
  }
  rmSync(apt, { recursive: true });
}
