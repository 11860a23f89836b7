/** Threads that compress chunks, started when first needed. */
import { Worker } from "node:worker_threads";

import type { Codec, Piece } from "../segment.ts";
import { errorOf, type Reply, type Request } from "./message.ts";
import type { ChunkBuffers } from "./rechunk.ts";

export interface Pool {
  /** Compresses `bytes`. Their buffer moves to the thread, and goes to `buffers` afterwards: the caller can no longer read it. */
  run(codec: Codec, bytes: Uint8Array<ArrayBuffer>): Promise<Piece>;
  /** Starts all threads, which load while the caller does other things. */
  prepare(): void;
  /** Ends all threads; what they were doing fails. */
  close(): Promise<void>;
}

interface Job {
  readonly resolve: (piece: Piece) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  /** Jobs it was sent and has not answered. */
  readonly jobs: Map<number, Job>;
}

/** At most this many jobs per thread, so that it never waits for the main thread between two. */
const jobsPerThread = 2;

/** A pool of at most `size` threads. Threads hold the process open only while they have jobs. */
export function createPool(size: number, buffers: ChunkBuffers): Pool {
  const threads = new Set<Thread>();
  const waiting: { readonly request: Request; readonly job: Job }[] = [];
  let lastJob = 0;
  let closed = false;

  function start(): Thread {
    const thread: Thread = { worker: new Worker(workerUrl(), { execArgv: [] }), jobs: new Map() };
    thread.worker.on("message", (reply: Reply) => settle(thread, reply));
    thread.worker.on("error", (error) => lose(thread, error));
    thread.worker.on("exit", () => lose(thread, new Error("A compressing thread ended early")));
    threads.add(thread);
    return thread;
  }

  function settle(thread: Thread, reply: Reply): void {
    const job = thread.jobs.get(reply.job);
    thread.jobs.delete(reply.job);
    if (thread.jobs.size === 0) thread.worker.unref();
    buffers.giveBack(reply.bytes);
    if ("piece" in reply.result) job?.resolve(reply.result.piece);
    else job?.reject(errorOf(reply.result.failure));
    sendWaiting();
  }

  /** A thread that died fails its own jobs; the others go to threads that are left or to a new one. */
  function lose(thread: Thread, error: Error): void {
    if (!threads.delete(thread)) return;
    for (const job of thread.jobs.values()) job.reject(error);
    thread.jobs.clear();
    sendWaiting();
  }

  function sendWaiting(): void {
    for (let next = waiting[0]; next !== undefined && !closed; next = waiting[0]) {
      const thread = pick();
      if (thread === undefined) return;
      waiting.shift();
      thread.jobs.set(next.request.job, next.job);
      thread.worker.ref();
      thread.worker.postMessage(next.request, [next.request.bytes.buffer]);
    }
  }

  /** The thread with the least to do; a new one while all are busy and there is room. */
  function pick(): Thread | undefined {
    let least: Thread | undefined;
    for (const thread of threads) if (least === undefined || thread.jobs.size < least.jobs.size) least = thread;
    if ((least === undefined || least.jobs.size > 0) && threads.size < size) return start();
    return least !== undefined && least.jobs.size < jobsPerThread ? least : undefined;
  }

  return {
    run(codec, bytes) {
      return new Promise((resolve, reject) => {
        if (closed) return reject(new Error("The compressor is closed"));
        waiting.push({ request: { job: ++lastJob, codec, bytes }, job: { resolve, reject } });
        sendWaiting();
      });
    },
    prepare() {
      while (!closed && threads.size < size) start().worker.unref();
    },
    async close() {
      closed = true;
      const error = new Error("The compressor was closed");
      for (const { job } of waiting.splice(0)) job.reject(error);
      const ending = [...threads];
      for (const thread of ending) lose(thread, error);
      await Promise.all(ending.map(({ worker }) => worker.terminate()));
    },
  };
}

/** The worker beside this file, as source or compiled: tsc rewrites import paths but not URLs. */
function workerUrl(): URL {
  return new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);
}
