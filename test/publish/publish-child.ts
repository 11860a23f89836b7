/** Publishes a release to three folders and is killed in the middle: `node publish-child.ts ROOT ACT`, where acts are counted from 0. */
import { join } from "node:path";

import { kindTable } from "../../src/model/kind.ts";
import { selectionOf } from "../../src/model/only.ts";
import type { PublishPlan } from "../../src/model/plan.ts";
import type { Turn } from "../../src/model/store.ts";
import { type Journal, openJournal } from "../../src/publish/journal.ts";
import { publish } from "../../src/publish/publish.ts";
import { folder } from "../../src/store/folder.ts";
import type { OpenableStore } from "../../src/store/kind.ts";
import { contextOf } from "../store/context.ts";
import { artifactsOf, source } from "./places.ts";

export const released = artifactsOf([[]]);

/** Three folders, as a forge, a registry that keeps for ever, and a tap would be. */
export const turns: readonly Turn[] = ["names", "final", "pointers"];

const nothing = selectionOf([]);
const inTurn = (turn: Turn): OpenableStore => ({
  ...folder,
  kind: turn,
  async open(options, context) {
    const store = await folder.open(options, context);
    return { ...store, turn };
  },
});

export async function publishTo(root: string, journal: Journal | undefined): Promise<readonly string[]> {
  const plans = turns.map((turn): PublishPlan => ({
    store: turn,
    kind: turn,
    options: { folder: turn, existing: "refuse" },
    only: nothing,
    except: nothing,
    optional: false,
  }));
  const results = await publish({
    publish: plans.toReversed(),
    artifacts: released,
    from: source,
    stores: kindTable<OpenableStore>(turns.map(inTurn)),
    context: contextOf(root, join(root, "dist")),
    journal,
  });
  return results.map(({ outcome }) => outcome);
}

if (import.meta.main) {
  const [root = "", act = ""] = process.argv.slice(2);
  const journal = await openJournal(join(root, "journal.jsonl"), Date.now);
  let count = 0;
  /** Before each effect, which is after the one before it. */
  const dying = async (): Promise<void> => {
    if (count === Number(act)) process.kill(process.pid, "SIGKILL");
    count += 1;
  };
  await publishTo(root, {
    async intend(store, intent) {
      await journal.intend(store, intent);
      await dying();
    },
    note: (store, receipt) => journal.note(store, receipt),
    close: () => journal.close(),
  });
  process.stdout.write(String(count));
}
