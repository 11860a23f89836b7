/** Merge requests of a GitLab for tests, as its documentation describes them: requests and answers are held against that. */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Ajv } from "ajv";

const text = { type: "string" } as const;
const page = { type: "string", pattern: "^\\d+$" } as const;
const closed = (properties: object, required: readonly string[] = []): object => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});
/** What of https://docs.gitlab.com/api/merge_requests/#response is always there. */
const merge = {
  type: "object",
  properties: {
    id: { type: "integer" },
    iid: { type: "integer" },
    state: { enum: ["opened", "closed", "locked", "merged"] },
    web_url: text,
    source_branch: text,
    target_branch: text,
    title: text,
    description: { type: ["string", "null"] },
    draft: { type: "boolean" },
    labels: { type: "array", items: text },
  },
  required: ["id", "iid", "state", "web_url", "source_branch", "target_branch", "title", "draft", "labels"],
} as const;

interface Operation {
  readonly query?: object;
  readonly body?: object;
  readonly answers: Readonly<Record<number, object>>;
}

/** From "List project merge requests", "Create MR", "Update MR" and https://docs.gitlab.com/api/branches/. */
const operations: readonly (readonly [method: string, path: RegExp, operation: Operation])[] = [
  [
    "GET",
    /^\/projects\/[^/]+\/merge_requests$/,
    {
      query: closed({
        source_branch: text,
        target_branch: text,
        state: { enum: ["all", "closed", "locked", "merged", "opened"] },
        order_by: {
          enum: ["created_at", "label_priority", "milestone_due", "popularity", "priority", "title", "updated_at"],
        },
        sort: { enum: ["asc", "desc"] },
        page,
        per_page: page,
      }),
      answers: { 200: { type: "array", items: merge } },
    },
  ],
  [
    "POST",
    /^\/projects\/[^/]+\/merge_requests$/,
    {
      body: closed(
        {
          source_branch: text,
          target_branch: text,
          title: text,
          description: text,
          labels: text,
          remove_source_branch: { type: "boolean" },
          squash: { type: "boolean" },
        },
        ["source_branch", "target_branch", "title"],
      ),
      answers: { 201: merge, 409: { type: "object", required: ["message"] } },
    },
  ],
  [
    "PUT",
    /^\/projects\/[^/]+\/merge_requests\/\d+$/,
    {
      body: { ...closed({ add_labels: text, state_event: { enum: ["close", "reopen"] } }), minProperties: 1 },
      answers: { 200: merge },
    },
  ],
  [
    "GET",
    /^\/projects\/[^/]+\/repository\/branches\/[^/]+$/,
    {
      answers: {
        200: {
          type: "object",
          properties: { name: text, protected: { type: "boolean" } },
          required: ["name", "protected"],
        },
        404: { type: "object", required: ["message"] },
      },
    },
  ],
];

export interface FakeMerge {
  readonly id: number;
  readonly iid: number;
  state: "opened" | "closed" | "merged";
  readonly web_url: string;
  readonly source_branch: string;
  readonly target_branch: string;
  readonly title: string;
  readonly description: string | null;
  readonly draft: boolean;
  labels: readonly string[];
}

export interface FakeMergeRequests {
  /** Address of the API. */
  readonly endpoint: string;
  readonly token: string;
  readonly all: FakeMerge[];
  /** What of requests and answers no page describes. */
  readonly strange: string[];
  /** Ends the connection after the next POST was carried out. */
  loseAnswer(): void;
  stop(): Promise<void>;
}

/** For the project `acme/tap`, whose branch `main` is protected. */
export async function startFakeMergeRequests(): Promise<FakeMergeRequests> {
  const all: FakeMerge[] = [];
  const strange: string[] = [];
  let losing = false;
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const url = new URL((request.url ?? "").replace(/^\/api\/v4/, ""), "http://gitlab");
      const method = request.method ?? "";
      const answer =
        request.headers.authorization === "Bearer glpat-good"
          ? act(all, { method, url, body })
          : { status: 401, json: { message: "401 Unauthorized" } };
      if (answer.status !== 401) strange.push(...undescribed({ method, url, body }, answer));
      if (losing && method === "POST") {
        losing = false;
        return response.destroy();
      }
      return response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.json));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4/`,
    token: "glpat-good",
    all,
    strange,
    loseAnswer() {
      losing = true;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly body: Readonly<Record<string, string>> | undefined;
}

interface Answer {
  readonly status: number;
  readonly json: unknown;
}

function act(all: FakeMerge[], { method, url, body = {} }: Asked): Answer {
  const [, , project = "", what, iid] = url.pathname.split("/").map(decodeURIComponent);
  if (project !== "acme/tap") return { status: 404, json: { message: "404 Project Not Found" } };
  if (what === "repository") return { status: 200, json: { name: "main", protected: true } };
  if (method === "GET") {
    const of = (name: "source_branch" | "target_branch") => (one: FakeMerge) =>
      one[name] === url.searchParams.get(name);
    return { status: 200, json: all.filter(of("source_branch")).filter(of("target_branch")).toReversed() };
  }
  if (method === "POST") return create(all, body);
  const found = all.find((one) => `${one.iid}` === iid);
  if (found === undefined) return { status: 404, json: { message: "404 Not found" } };
  if (body["state_event"] === "close") found.state = "closed";
  found.labels = [...new Set([...found.labels, ...(body["add_labels"]?.split(",") ?? [])])];
  return { status: 200, json: found };
}

/** `Draft: ` before a title makes a draft: https://docs.gitlab.com/user/project/merge_requests/drafts/. */
function create(all: FakeMerge[], body: Readonly<Record<string, string>>): Answer {
  const { source_branch = "", target_branch = "", title = "", description = null } = body;
  if (all.some((one) => one.source_branch === source_branch && one.state === "opened"))
    return { status: 409, json: { message: ["Another open merge request already exists for this source branch"] } };
  const iid = all.length + 1;
  const made: FakeMerge = {
    id: 100 + iid,
    iid,
    state: "opened",
    web_url: `https://gitlab.example/acme/tap/-/merge_requests/${iid}`,
    source_branch,
    target_branch,
    title,
    description,
    draft: title.startsWith("Draft: "),
    labels: [],
  };
  all.push(made);
  return { status: 201, json: made };
}

const ajv = new Ajv({ strict: false });

function undescribed({ method, url, body }: Asked, { status, json }: Answer): readonly string[] {
  const name = `${method} ${url.pathname}`;
  const operation = operations.find(([verb, path]) => verb === method && path.test(url.pathname))?.[2];
  if (operation === undefined) return [`${name} is no operation`];
  const answer = operation.answers[status];
  if (answer === undefined) return [`${name}: nothing is said of status ${status}`];
  const held: readonly (readonly [object, unknown])[] = [
    [operation.query ?? closed({}), Object.fromEntries(url.searchParams)],
    [operation.body ?? { not: { type: "object" } }, body ?? null],
    [answer, json],
  ];
  return held.flatMap(([schema, value]) => (ajv.validate(schema, value) ? [] : [`${name}: ${ajv.errorsText()}`]));
}

async function readBody(request: IncomingMessage): Promise<Asked["body"]> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return chunks.length === 0 ? undefined : (JSON.parse(Buffer.concat(chunks).toString()) as Asked["body"]);
}
