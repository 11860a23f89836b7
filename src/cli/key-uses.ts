/** What the keys of a config sign. */
import type { Config } from "../model/config.ts";
import { stores as storeKinds } from "../store/table.ts";
import { signatures } from "../sign/signatures/table.ts";

/** The entries that sign with a key, as messages name them: `packages[0]`, `trust.sign[1]`. */
export function keyUses(config: Config, name: string): readonly string[] {
  const { packages, charts, stores, trust } = config;
  const containers = [
    ...packages.map(({ path, text, byFormat }) => ({
      path,
      keys: [text, ...Object.values(byFormat).map((own) => own.text)].map(({ sign }) => sign?.key),
    })),
    ...charts.map(({ path, sign }) => ({ path, keys: [sign?.key] })),
    {
      path: "trust.root",
      keys: trust.root === undefined ? [] : Object.values(trust.root.roles).flatMap(({ keys }) => keys),
    },
    ...Object.entries(stores).map(([name, { kind, options }]) => ({
      path: `stores.${name}`,
      keys: [storeKinds.get(kind)?.signing?.keyOf(options)],
    })),
    ...trust.sign.map(({ path, kind, options }) => ({ path, keys: [signatures.get(kind)?.keyOf(options)] })),
  ];
  return containers.filter(({ keys }) => keys.includes(name)).map(({ path }) => path);
}
