/** The cell0 example: a wheel, the image that its Dockerfile builds, and the chart that names it by digest. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";

import { judge } from "../judges.ts";
import { pushBase } from "../worlds/base-image.ts";
import { gpgWorld, makeKey } from "../worlds/keys.ts";
import { conform } from "../worlds/kubernetes.ts";
import type { Served } from "../worlds/podman.ts";
import type { Registry } from "../worlds/registry.ts";
import { type ReleasedExample, releasedExample } from "../worlds/released-example.ts";

const programs = [
  "python3",
  "python-build",
  "root-python",
  "base-image",
  "skopeo",
  "buildah",
  "helm",
  "kubeconform",
  "gpg",
  "kubernetes-schemas",
] as const;
const text = (command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

const test = releasedExample("cell0", programs, async ({ registry, folder, atEnd }) => {
  const gpg = gpgWorld(judge("gpg") ?? "");
  atEnd(async () => gpg.close());
  const key = makeKey(gpg, "cell0", "ed25519");
  writeFileSync(join(folder, "ring.gpg"), gpg.run(["--export", key]));
  const builder = pushPython(registry.host, folder);
  const runtime = addArm64(builder, (await pushBase(registry)).reference);
  const bases = `{ BUILDER: "${builder}", RUNTIME: "${runtime}", PIP_FLAGS: --no-index --no-build-isolation }`;
  return {
    env: {
      ...buildingIn(folder, registry),
      CELL0_RELEASE_KEY: gpg.run(["--armor", "--export-secret-keys", key]).toString(),
    },
    tag: "v1.2.0",
    instead: {
      "ghcr.io": registry.host,
      "file: docker/Dockerfile": `file: docker/Dockerfile\n      args: ${bases}`,
      // Without the network, the wheel is built by the setuptools that are here.
      "format: wheel": `format: wheel\n    isolation: false\n    tool: ${judge("python-build") ?? ""}`,
    },
  };
});

/** Podman with a storage of its own, which builds in a sandbox and pulls from the registry by plain HTTP. */
function buildingIn(folder: string, { host }: Registry): Readonly<Record<string, string>> {
  const [storage, registries, tmp] = [
    join(folder, "storage.conf"),
    join(folder, "registries.conf"),
    join(folder, "tmp"),
  ];
  const roots = `graphroot = "${folder}/graph"\nrunroot = "${folder}/run"\n`;
  writeFileSync(storage, `[storage]\ndriver = "vfs"\n${roots}`);
  writeFileSync(registries, `[[registry]]\nlocation = "${host}"\ninsecure = true\n`);
  mkdirSync(tmp);
  return {
    CONTAINERS_STORAGE_CONF: storage,
    CONTAINERS_REGISTRIES_CONF: registries,
    BUILDAH_ISOLATION: "chroot",
    // One copy of the base for each stage, not for each line.
    BUILDAH_LAYERS: "false",
    TMPDIR: tmp,
  };
}

/** Pushes an image of one layer with Debian's Python, pip and setuptools, and returns its name. */
function pushPython(host: string, folder: string): string {
  const [layer, crane, name] = [join(folder, "python.tar"), judge("crane") ?? "", `${host}/python:debian`];
  text("tar", "-C", judge("root-python") ?? "", "-cf", layer, ".");
  text(crane, "append", "--new_layer", layer, "--new_tag", name);
  text(crane, "mutate", "--set-platform", "linux/amd64", "--tag", name, name);
  return name;
}

/** Puts an image beside another of which only arm64 is taken, and which has no Python: what lies on it can only be looked at. */
function addArm64(amd64: string, other: string): string {
  const [crane, name] = [judge("crane") ?? "", `${amd64}-runtime`];
  const arm64 = text(crane, "digest", "--platform=linux/arm64", other).trim();
  text(crane, "index", "append", "--manifest", amd64, "--manifest", `${other}@${arm64}`, "--tag", name);
  return name;
}

const repositoryOf = ({ registry }: ReleasedExample): string => `${registry.host}/cell0-os/cell0`;
const imageOf = (example: ReleasedExample): string => `${repositoryOf(example)}:1.2.0`;
const released = ({ repository }: ReleasedExample, name: string): string => join(repository, "dist", "1.2.0", name);

/** What a program of it says of itself, as git has it. */
function versionLine(program: string, { repository }: ReleasedExample): string {
  const commit = text("git", "-C", repository, "rev-parse", "HEAD").trim();
  return `${program} 1.2.0 (commit: ${commit}, built: 2026-01-30T12:02:00Z)\n`;
}

/** Runs cell0ctl from the wheel. */
function ctl(example: ReleasedExample, ...words: readonly string[]): string {
  const env = { ...process.env, PYTHONPATH: released(example, "cell0-1.2.0-py3-none-any.whl") };
  return execFileSync("python3", ["-m", "cell0.ctl", ...words], { env, cwd: example.folder, encoding: "utf8" });
}

describe("cell0's release", () => {
  test("is a wheel, an image under its authors' tags and a chart, in one list of checksums", (example, { crane }) => {
    const tags = text(crane, "ls", repositoryOf(example)).trim().split("\n");
    expect(tags.toSorted()).toEqual(["1", "1.2", "1.2.0", "latest"]);
    expect(() => text(crane, "validate", "--remote", imageOf(example))).not.toThrow();
    const listed = readFileSync(released(example, "SHA256SUMS"), "utf8").trim().split("\n");
    expect(listed.map((line) => line.split(/[ *]+/)[1] ?? "").toSorted()).toEqual([
      "cell0-1.2.0-py3-none-any.whl",
      "cell0-1.2.0.tgz",
      "cell0-1.2.0.tgz.prov",
      "cell0-1.2.0_chart.tar",
      "cell0_1.2.0_image.tar",
      "index.json",
    ]);
  });

  test("has an image for both processors, though only one of them built it", (example, { crane }) => {
    const [amd64, arm64] = ["linux/amd64", "linux/arm64"].map((platform) => {
      const manifest = text(crane, "manifest", `--platform=${platform}`, imageOf(example));
      return (JSON.parse(manifest) as { readonly layers: readonly { readonly digest: string }[] }).layers;
    });
    expect(amd64?.at(-1)).toEqual(arm64?.at(-1));
    expect(amd64?.[0]).not.toEqual(arm64?.[0]);
  });

  test("has programs that know where they come from, in the wheel and in the image", async (example) => {
    const { podman } = example;
    expect(ctl(example, "version")).toBe(versionLine("cell0ctl", example));
    const image = await podman.pull(imageOf(example));
    expect(await podman.podman("run", "--rm", image, "version")).toBe(versionLine("cell0d", example));
  });

  test("has an image whose container keeps cells over a restart, and is no root", async (example) => {
    const { podman } = example;
    const image = await podman.pull(imageOf(example));
    const start = async (): Promise<Served> => {
      const served = await podman.serve(8080, image, ["--volume=cells:/var/lib/cell0"]);
      await vi.waitFor(() => fetch(`${served.url}/ready`), { timeout: 10_000, interval: 20 });
      return served;
    };
    const first = await start();
    expect(ctl(example, "--server", first.url, "put", "edge-1", "region=eu")).toBe("edge-1 is kept\n");
    expect(await podman.podman("top", first.id, "huser")).toMatch(/^HUSER\s+65532\s*$/);
    await first.stop();
    const second = await start();
    expect(ctl(example, "--server", second.url, "get", "edge-1")).toBe("region=eu\n");
    expect(ctl(example, "--server", second.url, "status")).toBe("healthy: cell0d 1.2.0\n");
    await second.stop();
  });

  test("of a snapshot is the image under dev alone", async (example) => {
    const planned = await example.slipway("plan", "--snapshot");
    const images = planned.split("\n").filter((line) => line.startsWith("image "));
    expect(images.filter((line) => !line.includes("/charts/"))).toEqual([`image ${repositoryOf(example)}:dev`]);
  });
});

describe("cell0's chart", () => {
  test("is pulled and verified by helm, is the one of the Release, and passes helm's linter", (example, { helm }) => {
    const { registry, folder } = example;
    const from = `oci://${registry.host}/cell0-os/charts/cell0`;
    const verified = ["--verify", `--keyring=${join(folder, "ring.gpg")}`];
    text(helm, "pull", from, "--version=1.2.0", "--plain-http", `--destination=${folder}`, ...verified);
    const chart = released(example, "cell0-1.2.0.tgz");
    expect(readFileSync(join(folder, "cell0-1.2.0.tgz")).equals(readFileSync(chart))).toBe(true);
    expect(text(helm, "lint", "--strict", chart)).toContain("1 chart(s) linted, 0 chart(s) failed");
    expect(text(helm, "show", "chart", chart)).toMatch(/^appVersion: "?1\.2\.0"?$/m);
  });

  test("runs the very image that is released with it", (example, { helm, crane }) => {
    const image = imageOf(example);
    const rendered = text(helm, "template", "fleet", released(example, "cell0-1.2.0.tgz"));
    expect(rendered).toContain(`image: "${image}@${text(crane, "digest", image).trim()}"\n`);
  });

  test("renders what Kubernetes' schemas allow, by its own values and by those of production", async (example, tools) => {
    const chart = released(example, "cell0-1.2.0.tgz");
    text("tar", "-xzf", chart, "-C", example.folder, "cell0/values-production.yaml");
    const production = `--values=${join(example.folder, "cell0/values-production.yaml")}`;
    const always = ["CustomResourceDefinition", "Deployment", "Role", "RoleBinding", "Service", "ServiceAccount"];
    const more = ["HorizontalPodAutoscaler", "Ingress", "PodDisruptionBudget"];
    for (const [values, kinds] of [
      [[], always],
      [[production], [...always, ...more]],
    ] as const) {
      const rendered = text(tools.helm, "template", "fleet", chart, "--include-crds", ...values);
      const found = await conform(rendered, example.folder);
      expect(found.filter(({ status }) => status !== "statusValid")).toEqual([]);
      expect(found.map(({ kind }) => kind).toSorted()).toEqual([...kinds].toSorted());
    }
  });
});
