/** The fake GitLab itself: what its documentation does not say is noticed, and fails whoever stops it. */
import { expect, test } from "vitest";

import { undocumented } from "./gitlab/description.ts";
import { projectPath, startFakeGitlab } from "./gitlab.ts";

const projects = `/projects/${encodeURIComponent(projectPath)}`;

test.each([
  ["a property of a request", "POST", "/merge_requests", { colour: "red" }, "additional properties"],
  ["a request without what it needs", "POST", "/merge_requests", { title: "x" }, "required"],
  ["a request that changes nothing", "PUT", "/milestones/7", {}, "fewer than 1"],
  ["a parameter", "GET", "/milestones?name=v1", undefined, "additional properties"],
  ["a value of a parameter", "GET", "/merge_requests?state=gone", undefined, "allowed values"],
  ["a list that is longer than it may be", "GET", "/merge_requests?per_page=101", undefined, "pattern"],
  ["an operation", "PATCH", "/milestones/7", undefined, "no page says"],
])("%s that nobody documents is told", (_, method, path, body, words) => {
  const url = new URL(projects + path, "http://gitlab");
  const sent = Buffer.from(body === undefined ? "" : JSON.stringify(body));
  const found = undocumented({ method, url, body: sent, status: 404, answer: '{"message":"404"}' });
  expect(found.join("\n")).toContain(words);
});

test("an answer that nobody documents is told, and what was noticed fails whoever stops it", async () => {
  const url = new URL(`${projects}/milestones`, "http://gitlab");
  const asked = { method: "GET", url, body: Buffer.alloc(0) };
  expect(undocumented({ ...asked, status: 200, answer: '[{"id":1}]' }).join()).toContain("required");
  expect(undocumented({ ...asked, status: 299, answer: "[]" }).join()).toContain("status 299");
  expect(undocumented({ ...asked, status: 200, answer: "[]" })).toEqual([]);
  const server = await startFakeGitlab();
  await fetch(`${server.url}/api/v4${projects}/milestones?name=v1`);
  await expect(server.stop()).rejects.toThrow("milestones");
});
