/** What GitLab's documentation says of merge requests, milestones and branches; each operation names the page it was written from. */
import { list, maybeText, number, object, type Operation, paged, refusal, text, time } from "./schemas.ts";

const yes = { type: "boolean" } as const;
const maybeTime = { anyOf: [{ type: "null" }, time] };
const user = object({ id: number, username: text, name: text, state: text, web_url: text }, undefined, true);

/** Of the list and of one alike; whose account is gone is `ghost`. */
const merge = object(
  {
    id: number,
    iid: number,
    project_id: number,
    title: text,
    description: maybeText,
    state: { enum: ["opened", "closed", "locked", "merged"] },
    created_at: time,
    updated_at: time,
    merged_at: maybeTime,
    closed_at: maybeTime,
    source_branch: text,
    target_branch: text,
    author: user,
    labels: list(text),
    draft: yes,
    sha: maybeText,
    merge_commit_sha: maybeText,
    squash_commit_sha: maybeText,
    web_url: text,
  },
  undefined,
  true,
);

const milestone = object(
  {
    id: number,
    iid: number,
    project_id: number,
    title: text,
    description: maybeText,
    state: { enum: ["active", "closed"] },
    created_at: time,
    updated_at: time,
    due_date: maybeText,
    start_date: maybeText,
    expired: { type: ["boolean", "null"] },
    web_url: text,
  },
  ["id", "iid", "project_id", "title", "state", "created_at", "updated_at"],
);

const merges = "https://docs.gitlab.com/api/merge_requests/";
const milestones = "https://docs.gitlab.com/api/milestones/";

/** By method and path, where `*` is one part of it. */
export const projectOperations: Readonly<Record<string, Operation>> = {
  "GET /projects/*/merge_requests": {
    page: `${merges}#list-project-merge-requests`,
    query: object(
      {
        ...paged,
        state: { enum: ["opened", "closed", "locked", "merged", "all"] },
        scope: { enum: ["created_by_me", "assigned_to_me", "reviews_for_me", "all"] },
        order_by: {
          enum: "created_at label_priority milestone_due popularity priority title updated_at merged_at".split(" "),
        },
        sort: { enum: ["asc", "desc"] },
        source_branch: text,
        target_branch: text,
      },
      [],
    ),
    answers: { 200: list(merge) },
  },
  "POST /projects/*/merge_requests": {
    page: `${merges}#create-mr`,
    body: object(
      {
        source_branch: text,
        target_branch: text,
        title: text,
        description: text,
        labels: text,
        remove_source_branch: yes,
        squash: yes,
      },
      ["source_branch", "target_branch", "title"],
    ),
    answers: { 201: merge, 409: refusal, 422: refusal },
  },
  "PUT /projects/*/merge_requests/*": {
    page: `${merges}#update-mr`,
    body: {
      ...object(
        { add_labels: text, labels: text, title: text, description: text, state_event: { enum: ["close", "reopen"] } },
        [],
      ),
      minProperties: 1,
    },
    answers: { 200: merge },
  },
  "GET /projects/*/repository/branches/*": {
    page: "https://docs.gitlab.com/api/branches/#get-single-repository-branch",
    answers: {
      200: object({ name: text, protected: yes, default: yes, merged: yes, web_url: text }, undefined, true),
    },
  },
  "GET /projects/*/milestones": {
    page: `${milestones}#list-project-milestones`,
    query: object({ ...paged, state: { enum: ["active", "closed"] }, title: text, search: text }, []),
    answers: { 200: list(milestone) },
  },
  "PUT /projects/*/milestones/*": {
    page: `${milestones}#edit-milestone`,
    body: {
      ...object({ title: text, description: text, state_event: { enum: ["close", "activate"] } }, []),
      minProperties: 1,
    },
    answers: { 200: milestone },
  },
};
