/** A tap on this machine: files arrive by one commit that is the same whoever makes it, on top of what others push meanwhile. */
import { chmodSync, existsSync, mkdtempSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";

import { digestOfFile } from "../../../src/format/file.ts";
import type { Problem } from "../../../src/model/problem.ts";
import type { Store } from "../../../src/model/store.ts";
import { isPublished } from "../../../src/publish/presence.ts";
import { makeRelease } from "../../worlds/release.ts";
import { artifactOf, bytesOf, makeTap, releaseTo, said, type Tap, textOf } from "./tap.ts";

const taps: Tap[] = [];
const tap = (options?: Parameters<typeof makeTap>[0]): Tap => {
  const made = makeTap(options);
  taps.push(made);
  return made;
};
afterEach(() => taps.splice(0).forEach((one) => one.remove()));

const formula = { path: "Formula/{{ artifact }}" };
const files = { "tool.rb": "class Tool\n" };
const refs = ({ git }: Tap): readonly string[] => git("for-each-ref", "--format=%(refname)").split("\n");
const put = (store: Store, name: string, text: string) => store.put(artifactOf(name, text), bytesOf(text));
const point = (store: Store, name: string, text: string) => store.point(artifactOf(name, text));
const hook = ({ bare }: Tap, name: string, script: string): void => {
  writeFileSync(join(bare, "hooks", name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bare, "hooks", name), 0o755);
};
const leftovers = (): readonly string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`slipway-git-${process.pid}-`));

describe("a release", () => {
  test.each(["sha1", "sha256"])("is one commit, by the maintainer, at the release's clock (%s)", async (format) => {
    const one = tap({ format });
    const receipts = await releaseTo(await one.open(formula), files);
    expect(said(receipts)).toEqual(["put tool.rb done", "point tool.rb done"]);
    expect(one.git("show", "main:Formula/tool.rb")).toBe("class Tool");
    expect(one.git("show", "main:README.md")).toBe("A tap.");
    expect(one.git("log", "-1", "--format=%an <%ae> %at|%cn <%ce> %ct|%s", "main")).toBe(
      "Ada <ada@example.com> 1769774400|Ada <ada@example.com> 1769774400|tool 1.2.3",
    );
    expect(refs(one)).toEqual(["refs/heads/main"]);
    expect(one.git("fsck", "--strict")).toBe("");
  });

  test("again changes nothing, and is there already", async () => {
    const one = tap();
    await releaseTo(await one.open(formula), files);
    const before = one.git("rev-parse", "main");
    expect(said(await releaseTo(await one.open(formula), files))).toEqual([
      "put tool.rb already",
      "point tool.rb already",
    ]);
    expect(one.git("rev-parse", "main")).toBe(before);
  });

  test("is the same commit in another tap of the same history", async () => {
    const [one, other] = [tap(), tap()];
    other.git("fetch", "-q", one.bare, "+main:main");
    for (const each of [one, other]) await releaseTo(await each.open(formula), files);
    expect(other.git("rev-parse", "main")).toBe(one.git("rev-parse", "main"));
  });

  test("is seen by nobody before it is shown, and read back from where it waits", async () => {
    const one = tap();
    const store = await one.open(formula);
    const before = one.git("rev-parse", "main");
    await put(store, "tool.rb", "class Tool\n");
    await put(store, "more.rb", "class More\n");
    expect(one.git("rev-parse", "main")).toBe(before);
    expect(refs(one)[1]).toMatch(/^refs\/slipway\/tool-1\.2\.3-[0-9a-f]{6}$/);
    expect(await textOf(await store.staged?.(artifactOf("more.rb", "class More\n")))).toBe("class More\n");
    expect(await store.look("tool.rb")).toBeUndefined();
    expect(await store.state?.()).toEqual({ visibility: "staged" });
    await point(store, "tool.rb", "class Tool\n");
    await point(store, "more.rb", "class More\n");
    await store.show?.();
    expect(one.git("rev-parse", "main^")).toBe(before);
    expect(await store.look("tool.rb")).toMatchObject({
      digest: artifactOf("tool.rb", "class Tool\n").digest,
      size: 11,
    });
    expect(await textOf(await store.read?.("more.rb"))).toBe("class More\n");
    await store.close();
  });

  test("of many files is pushed a few times before it is shown, and once then", async () => {
    const one = tap();
    const store = await one.open({ path: "docs/{{ artifact }}" });
    const names = Array.from({ length: 12 }, (_, at) => `page${at}.html`);
    await Promise.all(names.map((name) => put(store, name, name)));
    await Promise.all(names.map((name) => point(store, name, name)));
    await store.show?.();
    await store.close();
    expect(one.git("ls-tree", "-r", "--name-only", "main", "docs/").split("\n")).toHaveLength(12);
    expect(one.git("rev-list", "--count", "main")).toBe("2");
  });

  test("leaves no folder behind, and takes away what a killed one left", async () => {
    const killed = mkdtempSync(join(tmpdir(), "slipway-git-4194304-"));
    utimesSync(killed, 1000, 1000);
    const before = leftovers();
    await releaseTo(await tap().open(formula), files);
    expect(leftovers().filter((name) => !before.includes(name))).toEqual([]);
    expect(existsSync(killed)).toBe(false);
  });

  test("makes a repository's first commit, and a branch that is not there", async () => {
    const one = tap();
    await releaseTo(await one.open({ branch: "gh-pages" }), { "index.html": "hello" });
    expect(one.git("ls-tree", "-r", "--name-only", "gh-pages")).toBe("index.html");
    one.git("update-ref", "-d", "refs/heads/main");
    one.git("update-ref", "-d", "refs/heads/gh-pages");
    await releaseTo(await one.open(), files);
    expect(one.git("ls-tree", "-r", "--name-only", "main")).toBe("tool.rb");
  });

  test("takes files away that `prune` matches and it has no more of, and no others", async () => {
    const one = tap();
    one.commit({ "docs/old.html": "old", "docs/tool.rb": "old", "docs/keep.txt": "mine" });
    await releaseTo(
      await one.open({ path: "docs/{{ artifact }}", prune: ["nothing/*", "docs/*.html", "docs/*.rb"] }),
      files,
    );
    expect(one.git("ls-tree", "-r", "--name-only", "main").split("\n")).toEqual([
      "README.md",
      "docs/keep.txt",
      "docs/tool.rb",
    ]);
  });

  test("can be run where it is a program", async () => {
    const one = tap();
    const store = await one.open();
    const program = artifactOf("tool", "#!/bin/sh\n", { type: "binary" });
    await store.put(program, bytesOf("#!/bin/sh\n"));
    await store.point(program);
    await store.show?.();
    await store.close();
    expect(one.git("ls-tree", "main", "tool")).toMatch(/^100755 /);
  });
});

describe("others", () => {
  test("who push meanwhile keep what they pushed", async () => {
    const one = tap();
    const store = await one.open(formula);
    await put(store, "tool.rb", "class Tool\n");
    one.commit({ "Formula/other.rb": "class Other\n" });
    await point(store, "tool.rb", "class Tool\n");
    await store.show?.();
    await store.close();
    expect(one.git("ls-tree", "-r", "--name-only", "main", "Formula/").split("\n")).toEqual([
      "Formula/other.rb",
      "Formula/tool.rb",
    ]);
  });

  test("who push while we push are put beneath, and nothing is forced", async () => {
    const one = tap();
    // The first push finds that somebody else was faster.
    const theirs = one.git("commit-tree", "-p", "main", "-m", "faster", "main^{tree}");
    hook(
      one,
      "pre-receive",
      `if [ ! -e raced ] && grep -q refs/heads/main; then touch raced; unset GIT_QUARANTINE_PATH; git update-ref refs/heads/main ${theirs}; fi`,
    );
    await releaseTo(await one.open(formula), files);
    expect(one.git("log", "--format=%s", "main").split("\n")).toEqual(["tool 1.2.3", "faster", "first"]);
  });

  test("who publish the same release at once end with one commit", async () => {
    const one = tap();
    const results = await Promise.all(Array.from({ length: 3 }, async () => releaseTo(await one.open(formula), files)));
    expect(results).toHaveLength(3);
    expect(one.git("rev-list", "--count", "main")).toBe("2");
    expect(refs(one)).toEqual(["refs/heads/main"]);
  });

  test("who publish other releases to the tap at once all arrive", async () => {
    const one = tap();
    const projects = ["ada", "bob", "cyd"];
    await Promise.all(
      projects.map(async (project) => {
        const context = one.context();
        const own = { ...context, about: { ...context.about, project } };
        await releaseTo(await one.open(formula, own), { [`${project}.rb`]: project });
      }),
    );
    expect(one.git("ls-tree", "-r", "--name-only", "main", "Formula/").split("\n")).toEqual(
      projects.map((project) => `Formula/${project}.rb`),
    );
  });
});

describe("what is there already", () => {
  test("is replaced, as a tap's formula is with each release", async () => {
    const one = tap();
    one.commit({ "Formula/tool.rb": "class Old\n" });
    await releaseTo(await one.open(formula), files);
    expect(one.git("show", "main:Formula/tool.rb")).toBe("class Tool");
  });

  test("is refused with both digests where the config says so", async () => {
    const one = tap();
    one.commit({ "Formula/tool.rb": "class Old\n" });
    const store = await one.open({ ...formula, existing: "refuse" });
    const receipt = await put(store, "tool.rb", "class Tool\n");
    await store.close();
    const [old, wanted] = ["class Old\n", "class Tool\n"].map((text) => artifactOf("tool.rb", text).digest);
    expect(receipt).toMatchObject({
      outcome: "refused",
      why: `Formula/tool.rb has other bytes: ${old}, not ${wanted}`,
    });
  });
});

describe("an older version, published after a later one", () => {
  const version = (one: Tap, is: string, project = "tool") => {
    const context = one.context();
    return { ...context, about: { ...context.about, project, version: is } };
  };
  const prune = ["Formula/*.rb"];

  test("leaves what is there as it is, and brings what is its own", async () => {
    const one = tap();
    await releaseTo(await one.open(formula, version(one, "2.0.0")), { "tool.rb": "class Later\n" });
    for (let at = 0; at < 60; at += 1)
      one.git("update-ref", "refs/heads/main", one.git("commit-tree", "-p", "main", "-m", "other", "main^{tree}"));
    const own = { "tool.rb": "class Tool\n", "tool@1.rb": "class Tool1\n" };
    const artifacts = Object.entries(own).map(([name, text]) => artifactOf(name, text));
    const context = { ...version(one, "1.9.1"), artifacts };
    expect(said(await releaseTo(await one.open({ ...formula, prune }, context), own))).toEqual([
      "put tool.rb skipped",
      "put tool@1.rb done",
      "point tool.rb skipped",
      "point tool@1.rb done",
    ]);
    expect(one.git("show", "main:Formula/tool.rb")).toBe("class Later");
    expect(one.git("show", "main:Formula/tool@1.rb")).toBe("class Tool1");
    const store = await one.open(formula, context);
    expect(await isPublished(store, artifacts)).toBe(true);
    await store.close();
  });

  test("changes nothing at all where nothing is its own, whatever `prune` says", async () => {
    const one = tap();
    await releaseTo(await one.open(formula, version(one, "2.0.0")), { "tool.rb": "class Later\n" });
    const before = one.git("rev-parse", "main");
    const receipts = await releaseTo(await one.open({ ...formula, prune }, version(one, "1.9.1")), files);
    expect(receipts.at(-1)?.why).toBe("2.0.0, which is later, is there");
    expect(one.git("rev-parse", "main")).toBe(before);
    expect(refs(one)).toEqual(["refs/heads/main"]);
  });

  test("is told from a later version of another project", async () => {
    const one = tap();
    await releaseTo(await one.open(formula, version(one, "2.0.0", "other")), { "tool.rb": "class Other\n" });
    await releaseTo(await one.open(formula, version(one, "1.9.1")), files);
    expect(one.git("show", "main:Formula/tool.rb")).toBe("class Tool");
  });

  test("comes too late also where the later one arrives between its staging and its turn", async () => {
    const one = tap();
    const store = await one.open(formula, version(one, "1.9.1"));
    await put(store, "tool.rb", "class Tool\n");
    await releaseTo(await one.open(formula, version(one, "2.0.0")), { "tool.rb": "class Later\n" });
    await point(store, "tool.rb", "class Tool\n");
    expect(said((await store.show?.()) ?? [])).toEqual(["point tool.rb skipped"]);
    await store.close();
    expect(one.git("show", "main:Formula/tool.rb")).toBe("class Later");
    expect(refs(one)).toEqual(["refs/heads/main"]);
  });
});

describe("a run that was killed", () => {
  test.each([1, 2, 3])("after act %i ends as one that was not, when it is run again", async (acts) => {
    const one = tap();
    const store = await one.open(formula);
    const steps = [
      () => put(store, "tool.rb", "class Tool\n"),
      () => put(store, "more.rb", "class More\n"),
      () => point(store, "tool.rb", "class Tool\n"),
    ];
    for (const step of steps.slice(0, acts)) await step();
    await store.close();
    await releaseTo(await one.open(formula), { ...files, "more.rb": "class More\n" });
    expect(one.git("rev-list", "--count", "main")).toBe("2");
    expect(one.git("ls-tree", "-r", "--name-only", "main", "Formula/")).toBe("Formula/more.rb\nFormula/tool.rb");
    expect(refs(one)).toEqual(["refs/heads/main"]);
  });

  test("between the push and the end removes what it left", async () => {
    const one = tap();
    await releaseTo(await one.open(formula), files);
    const store = await one.open({ path: "other/{{ artifact }}" });
    await put(store, "tool.rb", "class Tool\n");
    await store.close();
    const [, staging = ""] = refs(one);
    one.git("update-ref", "refs/heads/main", staging);
    await releaseTo(await one.open({ path: "other/{{ artifact }}" }), files);
    expect(refs(one)).toEqual(["refs/heads/main"]);
    expect(one.git("rev-list", "--count", "main")).toBe("3");
  });
});

describe("a repository that refuses", () => {
  const failing = async (work: Promise<unknown>): Promise<Problem> =>
    work.then(
      () => Promise.reject(new Error("it did not fail")),
      (thrown: Problem) => thrown,
    );

  test("everything says so before anything is visible, in its own words", async () => {
    const one = tap();
    hook(one, "pre-receive", "echo no pushes on fridays >&2; exit 1");
    const store = await one.open(formula);
    const problem = await failing(put(store, "tool.rb", "class Tool\n"));
    await store.close();
    expect(problem).toMatchObject({ code: "store.denied" });
    expect(problem.lines.join("\n")).toContain("remote: no pushes on fridays");
  });

  test("the branch alone says so when it is pushed, and the branch stays", async () => {
    const one = tap();
    hook(one, "update", 'case $1 in refs/heads/*) echo "protected branch" >&2; exit 1;; esac');
    const before = one.git("rev-parse", "main");
    const problem = await failing(releaseTo(await one.open(formula), files));
    expect(problem).toMatchObject({
      code: "store.denied",
      hint: expect.stringContaining("pullRequest: true") as string,
    });
    expect(one.git("rev-parse", "main")).toBe(before);
  });

  test("and one that is not there is told", async () => {
    const one = tap();
    expect(await failing(one.open({ git: join(one.home, "nothing.git") }))).toMatchObject({ code: "store.failed" });
  });
});

describe("a release that is withdrawn", () => {
  const open = async (one: Tap): Promise<Store> => {
    const release = join(one.home, "released");
    if (!existsSync(release)) await (await makeRelease(one.home, { formats: ["gz"] })).write(release);
    return one.open(formula, one.context({ release }));
  };
  const taking = async (one: Tap): Promise<readonly string[]> => {
    const store = await open(one);
    const { digest: release } = await digestOfFile(join(one.home, "released", "release.json"));
    const receipts = await store.withdraw?.({ why: "it eats data", release });
    await store.close();
    return said(receipts ?? []);
  };

  test("gives its files back what they had, by a commit more, once, and leaves what others did since", async () => {
    const one = tap();
    one.commit({ "Formula/tool.rb": "class Old\n", "Formula/theirs.rb": "class Old\n" });
    await releaseTo(await open(one), { ...files, "theirs.rb": "class Theirs\n", "new.rb": "class New\n" });
    one.commit({ "Formula/theirs.rb": "class Since\n" });
    expect(await taking(one)).toEqual([
      "remove Formula/new.rb done",
      "remove Formula/theirs.rb skipped",
      "remove Formula/tool.rb done",
    ]);
    expect(one.git("show", "main:Formula/tool.rb")).toBe("class Old");
    expect(one.git("show", "main:Formula/theirs.rb")).toBe("class Since");
    expect(one.git("ls-tree", "-r", "--name-only", "main", "Formula/").split("\n")).toHaveLength(2);
    expect(one.git("log", "-1", "--format=%B", "main")).toContain("Withdraw tool 1.2.3\n\nit eats data");
    expect(await taking(one)).toEqual(["remove main already"]);
    const store = await open(one);
    expect(await store.state?.()).toEqual({ visibility: "withdrawn" });
    await store.close();
    await releaseTo(await open(one), files);
    expect(one.git("show", "main:Formula/tool.rb")).toBe("class Tool");
  });

  test("is told where it never was", async () => {
    expect(await taking(tap())).toEqual(["remove main skipped"]);
  });
});
