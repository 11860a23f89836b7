/** Attacks on who is believed: other products, fewer signatures, other keys, thresholds that ask for nothing. */
import { generateKeyPairSync, sign } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { Problem } from "../../../model/problem.ts";
import type { Trust } from "../../../verify/trust.ts";
import { type Attack, notApplicable, tryAll, type Variant } from "../attack.ts";
import { needsTrust, type Policy, written, type WrittenTrust } from "../trusting.ts";
import { remove, replace, type World } from "../world.ts";

export const wrongProduct: Attack = {
  number: 6,
  name: "wrong product, channel or platform",
  run: needsTrust(async (world, trust) => {
    const asked = async (policy: Policy): Promise<Awaited<ReturnType<World["engine"]["folder"]>>> =>
      world.engine.folder(await world.copy(), { ...trust, policy });
    const { product, channel } = world.release;
    const variants: Variant[] = [
      {
        what: "another product of the same keys is asked for",
        verdict: () => asked({ ...trust.policy, product: `${product}-other` }),
      },
      {
        what: "another channel is asked for",
        verdict: () => asked({ ...trust.policy, channel: `${channel}-other` }),
      },
    ];
    const programs = world.release.artifacts.filter(({ platform }) => platform !== undefined);
    const [one] = programs;
    // What is the same for both platforms, such as a script, may be served as either.
    const other = programs.find(
      ({ platform, digests }) => platform !== one?.platform && digests.sha256 !== one?.digests.sha256,
    );
    if (one !== undefined && other !== undefined)
      variants.push({
        what: `${other.name} is served as ${one.name}`,
        async verdict() {
          const folder = await world.copy();
          const path = world.pathIn(folder, one);
          await replace(path, await readFile(world.pathIn(folder, other)));
          return world.engine.file(path, folder, trust);
        },
      });
    return tryAll(variants);
  }),
};

export const fewerSignatures: Attack = {
  number: 10,
  name: "fewer signatures than asked for",
  run: needsTrust(async (world, trust) => {
    const required = trust.policy.require.find(({ type }) => type === "release");
    const signatures = world.verdict.checks.flatMap(({ check, subject, outcome, by }) =>
      check === "signature" && outcome === "ok" && by !== undefined && subject.startsWith("release.json.")
        ? [{ subject, by }]
        : [],
    );
    if (required === undefined || signatures.length === 0) return notApplicable("nothing signs release.json");
    const counted = signatures.filter(({ by }) =>
      required.by.some(({ fingerprint }) => fingerprint === by.fingerprint),
    );
    const kept = subsets(
      counted.map(({ subject }) => subject),
      required.threshold - 1,
    );
    const without = kept.map((names) => ({
      what: names.length === 0 ? "nobody signs" : `only ${names.join(", ")} ${names.length === 1 ? "is" : "are"} there`,
      async verdict() {
        const folder = await world.copy();
        for (const { subject } of counted) if (!names.includes(subject)) await remove(join(folder, subject));
        return world.engine.folder(folder, trust);
      },
    }));
    return tryAll([...without, ...counted.map(({ subject }) => otherKey(world, trust, subject))]);
  }),
};

/** A right signature by a key that nobody trusts, in the form of `openssl dgst -sign`. */
function otherKey(world: World, trust: Trust, subject: string): Variant {
  return {
    what: `${subject} is by another key`,
    async verdict() {
      const folder = await world.copy();
      const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      await replace(join(folder, subject), sign("sha256", await readFile(join(folder, "release.json")), privateKey));
      return world.engine.folder(folder, trust);
    },
  };
}

/** Up to 64 ways to take `size` of the names. */
function subsets(names: readonly string[], size: number): readonly (readonly string[])[] {
  if (size <= 0) return [[]];
  return names
    .flatMap((name, index) => subsets(names.slice(index + 1), size - 1).map((rest) => [name, ...rest]))
    .slice(0, 64);
}

export const thresholds: Attack = {
  number: 12,
  name: "threshold tricks",
  run: needsTrust(async (world) => {
    const threshold = (count: number) => (file: WrittenTrust) => {
      for (const one of file.require) one.threshold = count;
    };
    return tryAll([
      written(world, "the threshold is 0", threshold(0)),
      written(world, "the threshold is -1", threshold(-1)),
      written(world, "the threshold is half a key", threshold(0.5)),
      written(world, "a name comes twice, and two are asked for", (file) => {
        for (const one of file.require)
          Object.assign(one, { by: [...one.by, ...one.by], threshold: one.by.length + 1 });
      }),
      written(world, "one key has two names, and both are asked for", (file) => {
        const [name, key] = Object.entries(file.keys)[0] ?? [];
        if (name === undefined || key === undefined) throw new Problem("key.invalid", "the trust file has no key");
        file.keys[`${name}-again`] = key;
        for (const one of file.require) Object.assign(one, { by: [name, `${name}-again`], threshold: 2 });
      }),
      written(world, "nothing is asked for", (file) => {
        file.require = [];
      }),
    ]);
  }),
};
