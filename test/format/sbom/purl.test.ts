/** Package URLs in their canonical form. */
import { describe, expect, it } from "vitest";

import { cargoPurl, golangPurl, npmPurl, pypiPurl, writePurl } from "../../../src/format/sbom/purl.ts";

describe("a package URL", () => {
  it("is written as the specification's examples are", () => {
    const qualifiers = { distro: "stretch", arch: "i386", empty: "" };
    expect(writePurl({ type: "deb", namespace: "debian", name: "curl", version: "7.50.3-1", qualifiers })).toBe(
      "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=stretch",
    );
    expect(golangPurl("google.golang.org/genproto", "abcdedf")).toBe("pkg:golang/google.golang.org/genproto@abcdedf");
    expect(npmPurl("@angular/animation", "12.3.1")).toBe("pkg:npm/%40angular/animation@12.3.1");
    expect(npmPurl("foobar", "12.3.1")).toBe("pkg:npm/foobar@12.3.1");
    expect(pypiPurl("Django_Allauth", "12.23")).toBe("pkg:pypi/django-allauth@12.23");
    expect(cargoPurl("rand", "0.7.2")).toBe("pkg:cargo/rand@0.7.2");
  });

  it("encodes what would be read as something else", () => {
    expect(golangPurl("example.com/a+b", "v1.0.0+incompatible")).toBe(
      "pkg:golang/example.com/a%2Bb@v1.0.0%2Bincompatible",
    );
    expect(writePurl({ type: "deb", name: "a?b#c@d", version: "1:2~3(4)" })).toBe("pkg:deb/a%3Fb%23c%40d@1:2~3%284%29");
    expect(writePurl({ type: "generic", name: "\ud800" })).toBe("pkg:generic/%EF%BF%BD");
  });
});
