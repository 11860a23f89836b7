/** Pieces of JSON Schemas that are written from GitLab's documentation. */
export const text = { type: "string" } as const;
export const number = { type: "integer" } as const;
export const maybeText = { type: ["string", "null"] } as const;
export const time = {
  type: "string",
  pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})$",
} as const;

export function object(
  properties: object,
  required: readonly string[] = Object.keys(properties),
  isOpen = false,
): object {
  return { type: "object", properties, required, additionalProperties: isOpen };
}
export const list = (items: object): object => ({ type: "array", items });

export interface Operation {
  /** The page that says so. */
  readonly page: string;
  readonly query?: object;
  readonly body?: object | "bytes";
  /** Schemas by status; true: bytes, or nothing. */
  readonly answers: Readonly<Record<number, object | true>>;
}

/** Of every list: https://docs.gitlab.com/api/rest/#pagination. */
export const paged = {
  page: { type: "string", pattern: "^\\d+$" },
  per_page: { type: "string", pattern: "^([1-9]\\d?|100)$" },
};
export const refusal = { type: "object", anyOf: [{ required: ["message"] }, { required: ["error"] }] };
/** What any request may be answered. */
export const refusals: Operation["answers"] = { 400: refusal, 401: refusal, 403: refusal, 404: refusal, 429: true };
