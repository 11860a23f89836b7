/** Scheduling: order, limits, and what happens to those that need what failed. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { schedule, type Task } from "../../src/make/schedule.ts";

const roomy = { jobs: 8, memory: 1000 };

function task(id: string, needs: readonly string[] = [], memory = 1, waits = false): Task {
  return { id, needs, memory, waits };
}

describe("schedule", () => {
  it("runs every task once, after all it needs", async () => {
    const graphs = fc.array(fc.array(fc.nat(30), { maxLength: 4 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(graphs, fc.integer({ min: 1, max: 4 }), async (graph, jobs) => {
        const tasks = graph.map((needs, index) =>
          task(String(index), needs.filter((need) => need < index).map(String)),
        );
        const ended: string[] = [];
        await schedule(
          tasks,
          { jobs, memory: 1000 },
          async ({ id, needs }) => {
            expect(ended).toEqual(expect.arrayContaining([...needs]));
            await Promise.resolve();
            ended.push(id);
            return true;
          },
          () => expect.unreachable(),
        );
        expect(ended.toSorted()).toEqual(tasks.map(({ id }) => id).toSorted());
      }),
      { numRuns: 50 },
    );
  });

  it("never runs more at once than jobs and memory allow, but runs what is too large alone", async () => {
    const tasks = [task("a", [], 4), task("b", [], 4), task("c", [], 4), task("huge", [], 100), task("d", [], 1)];
    let taken = 0;
    let running = 0;
    const peaks: number[] = [];
    await schedule(
      tasks,
      { jobs: 2, memory: 8 },
      async ({ memory }) => {
        taken += memory;
        running++;
        peaks.push(taken);
        expect(running).toBeLessThanOrEqual(2);
        if (memory === 100) expect(running).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        taken -= memory;
        running--;
        return true;
      },
      () => {},
    );
    expect(peaks).toHaveLength(5);
    expect(peaks.filter((peak) => peak > 8)).toEqual([100]);
  });

  it("starts other tasks while those that only wait for others' threads are running, of which four times as many may", async () => {
    const tasks = Array.from({ length: 16 }, (_, index) => task(String(index), [], 1, index < 12));
    const running = { true: 0, false: 0 };
    const peaks = { true: 0, false: 0 };
    await schedule(
      tasks,
      { jobs: 2, memory: 1000 },
      async ({ waits }) => {
        running[`${waits}`]++;
        peaks[`${waits}`] = Math.max(peaks[`${waits}`], running[`${waits}`]);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running[`${waits}`]--;
        return true;
      },
      () => {},
    );
    expect(peaks).toEqual({ true: 8, false: 2 });
  });

  it("skips what needs a failed task, directly or not, and runs the rest", async () => {
    const ran: string[] = [];
    const skipped: [string, string][] = [];
    await schedule(
      [task("bad"), task("on bad", ["bad"]), task("on that", ["on bad"]), task("good"), task("on good", ["good"])],
      roomy,
      async ({ id }) => {
        ran.push(id);
        return id !== "bad";
      },
      ({ id }, because) => skipped.push([id, because]),
    );
    expect(ran.toSorted()).toEqual(["bad", "good", "on good"]);
    expect(skipped).toEqual([
      ["on bad", "bad"],
      ["on that", "on bad"],
    ]);
  });

  it("refuses tasks that need each other instead of waiting for ever", async () => {
    const work = schedule(
      [task("a", ["b"]), task("b", ["a"])],
      roomy,
      async () => true,
      () => {},
    );
    await expect(work).rejects.toThrow("need each other");
  });
});
