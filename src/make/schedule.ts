/** Runs tasks as soon as what they need is done, within a number of workers and a memory budget. */

export interface Task {
  readonly id: string;
  /** Ids of tasks that must have ended well before. */
  readonly needs: readonly string[];
  /** Bytes it takes at its peak. */
  readonly memory: number;
  /** It mostly waits for threads that others wait for as well: it is no job, and four times as many of its like may run. */
  readonly waits: boolean;
}

export interface Limits {
  readonly jobs: number;
  /** Bytes that all running tasks may take together; a task larger than that runs alone. */
  readonly memory: number;
}

/**
 * Calls `work` for every task once, in the list's order where there is a choice, and `skip` for those that need one which did
 * not end well. `work` returns whether it ended well and never rejects. Needs that are not in the list count as met.
 */
export function schedule<T extends Task>(
  tasks: readonly T[],
  limits: Limits,
  work: (task: T) => Promise<boolean>,
  skip: (task: T, because: string) => void,
): Promise<void> {
  const waiting = new Map(tasks.map((task) => [task.id, task]));
  const failed = new Set<string>();
  const running = new Map<string, T>();

  return new Promise((resolve, reject) => {
    const next = (): void => {
      try {
        for (const task of waiting.values()) {
          const because = task.needs.find((need) => failed.has(need));
          if (because !== undefined) {
            waiting.delete(task.id);
            failed.add(task.id);
            skip(task, because);
          } else if (isReady(task) && hasRoom(task)) {
            start(task);
          }
        }
      } catch (thrown) {
        return reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
      }
      if (waiting.size === 0 && running.size === 0) resolve();
      else if (running.size === 0) reject(new Error(`tasks need each other: ${[...waiting.keys()].join(", ")}`));
    };

    const isReady = (task: T): boolean =>
      task.needs.every((need) => !waiting.has(need) && !running.has(need) && !failed.has(need));

    const hasRoom = (task: T): boolean => {
      if (running.size === 0) return true;
      const others = [...running.values()];
      const taken = others.reduce((sum, other) => sum + other.memory, 0);
      const alike = others.filter(({ waits }) => waits === task.waits).length;
      return alike < (task.waits ? 4 * limits.jobs : limits.jobs) && taken + task.memory <= limits.memory;
    };

    const start = (task: T): void => {
      waiting.delete(task.id);
      running.set(task.id, task);
      work(task).then((well) => {
        running.delete(task.id);
        if (!well) failed.add(task.id);
        next();
      }, reject);
    };

    next();
  });
}
