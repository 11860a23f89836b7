/** Signatures: those of Amazon's own examples ("Signature Calculations for the Authorization Header", S3 API reference). */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";

import { emptyPayload, escapedPath, signed, type Signing } from "../../../src/store/s3/sign.ts";

const example: Signing = {
  method: "GET",
  url: new URL("https://examplebucket.s3.amazonaws.com/"),
  headers: {},
  payload: emptyPayload,
  credentials: { accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" },
  region: "us-east-1",
  service: "s3",
  now: Date.UTC(2013, 4, 24),
};
const at = (path: string): URL => new URL(path, example.url);

describe("the examples", () => {
  test.each<[string, Partial<Signing>, string]>([
    [
      "GET Object",
      { url: at("/test.txt"), headers: { range: "bytes=0-9" } },
      "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ],
    [
      "PUT Object",
      {
        method: "PUT",
        url: at(escapedPath("/test$file.text")),
        headers: { date: "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY" },
        payload: createHash("sha256").update("Welcome to Amazon S3.").digest("hex"),
      },
      "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    ],
    [
      "GET Bucket Lifecycle",
      { url: at("/?lifecycle") },
      "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    ],
    [
      "Get Bucket (List Objects)",
      { url: at("/?max-keys=2&prefix=J") },
      "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    ],
  ])("%s", (_, more, signature) => {
    expect(signed({ ...example, ...more }).authorization).toMatch(new RegExp(`Signature=${signature}$`));
  });
});

test("a session's token is sent and signed", () => {
  const credentials = { ...example.credentials, sessionToken: "of the session" };
  const { headers, authorization } = signed({ ...example, credentials });
  expect(headers["x-amz-security-token"]).toBe("of the session");
  expect(authorization).toContain("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,");
});

test("what a path may not hold as it is is escaped once", () => {
  expect(escapedPath("a+b (1)/ü~'!*.bin")).toBe("a%2Bb%20%281%29/%C3%BC~%27%21%2A.bin");
});
