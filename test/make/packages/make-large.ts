/** Makes the package of `rpm-large.slow.test.ts` in a process of its own, and says its path and the most memory that took, in bytes. */
import { rpm } from "../../../src/make/packages/rpm.ts";
import { installed, makePackage } from "../../worlds/packages.ts";

const [, , folder = ""] = process.argv;
const path = await makePackage(folder, rpm, {
  // Zeros are least work for zstd, here and for rpm: what a size of 64 bits changes is the same with every compression.
  options: { compression: "zstd" },
  contents: [
    installed("large", "/usr/share/large"),
    installed("small", "/usr/share/small"),
    { source: "link", from: "large", to: "/usr/share/link" },
  ],
});
process.stdout.write(`${path}\n${process.resourceUsage().maxRSS * 1024}\n`);
