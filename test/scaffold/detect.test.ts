/** What is found in projects as people have them. */
import { describe, expect, it } from "vitest";

import { detect, type Detected, type Program } from "../../src/scaffold/detect.ts";
import { projectOf, projects } from "./tree.ts";

async function look(name: string, more: Readonly<Record<string, string>> = {}): Promise<Detected> {
  return detect(await projectOf({ ...projects[name], ...more }));
}

function brief({ kind, name, main, dir }: Program): readonly string[] {
  return [kind, name, main, dir];
}

async function programs(
  name: string,
  more: Readonly<Record<string, string>> = {},
): Promise<readonly (readonly string[])[]> {
  return (await look(name, more)).programs.map(brief);
}

describe("Go", () => {
  it("finds the main packages under cmd, and neither tests nor ignored files", async () => {
    expect(await programs("go")).toEqual([
      ["go", "engram", "./cmd/engram", "."],
      ["go", "engramctl", "./cmd/engramctl", "."],
    ]);
  });

  it("calls the program in the module's folder after the module, without its major version", async () => {
    expect(await programs("go", { "main.go": "package main\n" })).toContainEqual(["go", "engram", ".", "."]);
  });

  it("stamps the variables the program has, and only strings", async () => {
    const { programs: found } = await look("go");
    expect(found[0]?.options.ldflags).toBe(
      "-s -w -X main.version={{ version }} -X main.commit={{ commit }} -X main.buildDate={{ date }}",
    );
    expect(found[1]?.options.ldflags).toBe("-s -w");
  });

  it("takes any folder with a main package where neither the module's nor cmd has one", async () => {
    const root = await projectOf({
      "go.mod": "module example.org/x\n",
      "server/main.go": "package main\n",
      "examples/a/a.go": "package main\n",
    });
    expect((await detect(root)).programs.map(brief)).toEqual([["go", "server", "./server", "."]]);
  });

  it("finds nothing in a library", async () => {
    const root = await projectOf({ "go.mod": "module example.org/lib\n", "lib.go": "package lib\n" });
    expect((await detect(root)).programs).toEqual([]);
  });
});

describe("Rust", () => {
  it("finds src/main.rs and what lies in src/bin", async () => {
    expect((await programs("rust")).map(([, name]) => name)).toEqual(["ripple", "ripple-admin", "deep"]);
  });

  it("finds the binaries of a workspace's members, with their package, and not what is excluded", async () => {
    const found = (await look("workspace")).programs;
    expect(found.map(({ name, dir, because }) => [name, dir, because])).toEqual([
      ["acme", ".", "crates/cli/Cargo.toml"],
      ["x", ".", "tools/x/Cargo.toml"],
    ]);
  });

  it("reads description, licence and homepage of the package", async () => {
    expect((await look("rust")).about).toEqual({
      name: "ripple",
      description: "Makes waves: small ones",
      homepage: "https://example.org/ripple",
      license: "MIT OR Apache-2.0",
    });
  });
});

describe("JavaScript", () => {
  it("takes bun where the project uses it, and starts where such projects do", async () => {
    expect(await programs("bun")).toEqual([["bun", "hello", "src/index.ts", "."]]);
  });

  it("takes the source of a bin that is built, and bun to bundle it", async () => {
    expect(await programs("npm")).toEqual([["bun", "ship", "src/cli.ts", "."]]);
  });

  it("takes node for one file that needs nothing beside Node", async () => {
    expect(await programs("node")).toEqual([["node", "one", "one.cjs", "."]]);
  });

  it("reads deno.jsonc with comments, trailing commas and addresses in strings", async () => {
    expect(await programs("deno")).toEqual([["deno", "den", "main.ts", "."]]);
  });

  it("finds no program in a web page's package.json", async () => {
    expect((await programs("several")).some(([, name]) => name === "web")).toBe(false);
  });
});

describe("Python and Zig", () => {
  it("finds a project by its name", async () => {
    expect(await programs("python")).toEqual([["python", "snake", ".", "."]]);
  });

  it("does not take a pyproject.toml of linters for a project", async () => {
    const root = await projectOf({ "pyproject.toml": "[tool.ruff]\nline-length = 100\n" });
    expect((await detect(root)).programs).toEqual([]);
  });

  it("finds the executable that build.zig adds", async () => {
    expect(await programs("zig")).toEqual([["zig", "zap", ".", "."]]);
  });
});

describe("the project as a whole", () => {
  it("finds every language, also one folder down, and gives each entry a name of its own", async () => {
    expect(await programs("several")).toEqual([
      ["go", "both", ".", "."],
      ["rust", "helper", "helper", "helper"],
      ["python", "both-python", ".", "."],
    ]);
  });

  it("knows the licence by its text and the documents by their names", async () => {
    const { about, documents } = await look("go");
    expect([about.license, documents]).toEqual(["MIT", ["LICENSE", "README.md"]]);
  });

  it("says whether .gitignore names dist", async () => {
    expect([(await look("several")).ignoresDist, (await look("go")).ignoresDist]).toEqual([true, false]);
  });

  it("is called after its folder where nothing says its name", async () => {
    expect((await look("nothing")).name).toBe("thing");
  });

  it.each(["go.mod", "Cargo.toml", "package.json", "deno.json", "pyproject.toml", "build.zig", "LICENSE"])(
    "survives a %s that is no text of its kind",
    async (name) => {
      const root = await projectOf({ [name]: "\u0000\u{ffff}{{{ [[[ = \n module" });
      expect((await detect(root)).programs).toEqual([]);
    },
  );

  it("refuses a folder that is not there with its path", async () => {
    await expect(detect("/nowhere/at/all")).rejects.toMatchObject({ code: "file.missing" });
  });
});
