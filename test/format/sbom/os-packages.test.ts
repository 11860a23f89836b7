/** Packages of operating systems, from what their package managers keep. */
import { describe, expect, it } from "vitest";

import { baseImageNodes } from "../../../src/format/sbom/base-image.ts";

import {
  debianLicenses,
  readApkDatabase,
  readDpkgStatus,
  readOsRelease,
} from "../../../src/format/sbom/os-packages.ts";

const debian = readOsRelease(
  'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
);

describe("packages of an operating system", () => {
  it("are those that dpkg's status says are installed", () => {
    const status = `Package: libc6
Status: install ok installed
Architecture: amd64
Maintainer: GNU Libc Maintainers <debian-glibc@lists.debian.org>
Version: 2.36-9+deb12u9
Description: GNU C Library
 Package: not this
Homepage: https://www.gnu.org/software/libc/libc.html

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1.0

Package: broken
Status: install ok installed
`;
    expect(readDpkgStatus(status, debian)).toEqual([
      {
        folder: "libc6",
        package: {
          name: "libc6",
          version: "2.36-9+deb12u9",
          purl: "pkg:deb/debian/libc6@2.36-9%2Bdeb12u9?arch=amd64&distro=debian-12",
          homepage: "https://www.gnu.org/software/libc/libc.html",
          supplier: "GNU Libc Maintainers",
        },
      },
    ]);
  });

  it("are those of a file that distroless images have for each", () => {
    const [tzdata] = readDpkgStatus("Package: tzdata\nVersion: 2025b-0\nArchitecture: all\n", debian);
    expect(tzdata?.package.purl).toBe("pkg:deb/debian/tzdata@2025b-0?arch=all&distro=debian-12");
  });

  it("are those of apk's database", () => {
    const release = readOsRelease("ID=alpine\nVERSION_ID=3.22.1\nNAME='Alpine Linux'\n");
    const database =
      "C:Q1abc=\nP:musl\nV:1.2.5-r10\nA:x86_64\nL:MIT\nU:https://musl.libc.org/\nm:A B <a@b>\nF:lib\n\nP:x\n";
    expect(readApkDatabase(database, release)).toEqual([
      {
        name: "musl",
        version: "1.2.5-r10",
        purl: "pkg:apk/alpine/musl@1.2.5-r10?arch=x86_64&distro=alpine-3.22.1",
        licenses: ["MIT"],
        homepage: "https://musl.libc.org/",
        supplier: "A B",
      },
    ]);
    expect(release.name).toBe("Alpine Linux");
  });

  it("have the licenses that a machine-readable copyright file names", () => {
    const copyright =
      "Format: https://www.debian.org/doc/copyright-format/1.0/\n\nFiles: *\nLicense: GPL-2+\n text\n\nFiles: b\nLicense: Expat\n\nLicense: GPL-2+\n";
    expect(debianLicenses(copyright)).toEqual(["Expat", "GPL-2+"]);
    expect(debianLicenses("This is free.\nLicense: none of that form\n")).toEqual([]);
  });
});

describe("an image's base", () => {
  const digest = `sha256:${"ab".repeat(32)}`;
  const base = (name: string, of = digest) =>
    baseImageNodes({ "org.opencontainers.image.base.name": name, "org.opencontainers.image.base.digest": of });

  it("is named by its repository, tag and digest", () => {
    expect(base("gcr.io/distroless/static-debian12:nonroot")).toMatchObject([
      {
        name: "gcr.io/distroless/static-debian12:nonroot",
        version: digest,
        purl: `pkg:oci/static-debian12@sha256:${"ab".repeat(32)}?repository_url=gcr.io%2Fdistroless%2Fstatic-debian12&tag=nonroot`,
      },
    ]);
  });

  it("is not known where the manifest does not say it", () => {
    expect([baseImageNodes(), baseImageNodes({}), base("NO IMAGE"), base("debian:12", "sha256:1")]).toEqual([
      [],
      [],
      [],
      [],
    ]);
  });
});
