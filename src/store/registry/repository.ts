/** One repository of a registry: what every request to it has in common. */
import type { HttpAnswer, WholeAnswer } from "../http.ts";
import type { Problem } from "../../model/problem.ts";
import type { Session, SessionRequest } from "./session.ts";

export interface Repository {
  /** `ghcr.io/acme/tool`. */
  readonly name: string;
  /** `acme/tool`. */
  readonly path: string;
  readonly session: Session;
  /** Sends to a path below the repository (`manifests/1.0.0`), or to an address the registry gave. */
  send(request: RepositoryRequest, limit?: number): Promise<WholeAnswer>;
  open(request: RepositoryRequest): Promise<HttpAnswer>;
  /** An answer that nobody hoped for, as a Problem; `doing` is "push a blob to". */
  refused(doing: string, answer: Omit<WholeAnswer, "tries">): Promise<Problem>;
}

export type RepositoryRequest = Omit<SessionRequest, "scopes"> & {
  /** Besides those of the repository. */
  readonly scopes?: readonly string[] | undefined;
};

/** What is done there: everything is asked for with one token. */
export type Access = "pull" | "pull,push" | "delete,pull";

export function openRepository(session: Session, path: string, access: Access): Repository {
  const name = `${session.registry}/${path}`;
  const full = ({ to, scopes = [], ...rest }: RepositoryRequest): SessionRequest => ({
    ...rest,
    to: typeof to === "string" ? `${path}/${to}` : to,
    scopes: [`repository:${path}:${access}`, ...scopes],
  });
  return {
    name,
    path,
    session,
    send: (request, limit) => session.send(full(request), limit),
    open: (request) => session.open(full(request)),
    refused: (doing, answer) => session.refused(`cannot ${doing} ${name}`, answer),
  };
}
