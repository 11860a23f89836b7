/** A faulty registry and a repository in it, opened as stores open theirs. */
import { afterAll, afterEach, beforeAll, expect } from "vitest";

import { problemsOf } from "../../../src/model/problem.ts";
import { httpClient, type HttpOptions } from "../../../src/store/http.ts";
import { findCredentials } from "../../../src/store/registry/credentials.ts";
import { type Access, openRepository, type Repository } from "../../../src/store/registry/repository.ts";
import { openSession } from "../../../src/store/registry/session.ts";
import { type FakeRegistry, type RegistryOptions, startFakeRegistry } from "../../servers/registry.ts";

export interface OpenOptions {
  readonly path?: string;
  readonly access?: Access;
  readonly env?: HttpOptions["env"];
  readonly http?: Partial<HttpOptions>;
  readonly now?: () => number;
}

/** Opens a repository of a registry; nothing is waited for. */
export function repositoryOf(host: string, options: OpenOptions = {}): Repository {
  const { path = "acme/tool", access = "pull,push", env = { HOME: "/nonexistent" }, now } = options;
  const retry = { attempts: 4, sleep: async () => {} };
  const http = httpClient({ env: {}, silence: 5000, retry, ...options.http });
  const find = () => findCredentials(host, path, env);
  return openRepository(openSession({ registry: host, http, find, now }), path, access);
}

/** One registry for a file of tests; after each test no fault may be left, and its log is emptied. */
export function useRegistry(options: RegistryOptions = {}): () => FakeRegistry {
  let server: FakeRegistry | undefined;
  const started = (): FakeRegistry => {
    if (server === undefined) throw new Error("the registry is not up yet");
    return server;
  };
  beforeAll(async () => {
    server = await startFakeRegistry(options);
  });
  afterAll(() => server?.stop());
  afterEach(() => {
    started().log.length = 0;
    expect(started().faults.forget()).toBe(0);
  });
  return started;
}

/** The Problem that something fails with, the first of several. */
export async function problemOf(work: Promise<unknown>): Promise<{ code: string; message: string; hint: string }> {
  const thrown: unknown = await work.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  );
  const [problem] = problemsOf(thrown) ?? [];
  return { code: problem?.code ?? "", message: problem?.message ?? String(thrown), hint: problem?.hint ?? "" };
}
