/** What attacks on who is believed have in common: a trust file there has to be, and how it is written otherwise. */
import type { Trust } from "../../verify/trust.ts";
import { type Attack, type AttackResult, notApplicable, type Variant } from "./attack.ts";
import type { World } from "./world.ts";

export const nobodyTrusted = "no trust file: give --trust, or whoever can write the files is believed";

/** Trust with another policy than the user's, as when their key signs several products. */
export type Policy = NonNullable<Trust["policy"]>;

export function needsTrust(
  run: (world: World, trust: Trust & { readonly policy: Policy }) => Promise<AttackResult>,
): Attack["run"] {
  return async (world) => {
    const { trust } = world;
    if (trust?.policy === undefined) return notApplicable(nobodyTrusted);
    return run(world, { ...trust, policy: trust.policy });
  };
}

export interface WrittenTrust {
  keys: Record<string, Record<string, string>>;
  require: { of: string; by: string[]; threshold?: number }[];
}

/** Trust files that ask for less than they seem to. */
export function written(world: World, what: string, edit: (file: WrittenTrust) => void): Variant {
  return {
    what,
    async verdict() {
      if (world.file === undefined) throw new Error("there is no trust file");
      const file = JSON.parse(world.file.text) as WrittenTrust;
      edit(file);
      const trust = await world.engine.openTrust({ name: world.file.name, text: `${JSON.stringify(file, null, 2)}\n` });
      return world.engine.folder(await world.copy(), trust);
    },
  };
}
