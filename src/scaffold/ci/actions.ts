/** The actions that workflows use, each pinned to the commit of a release: a tag can be moved. */

/** One release of an action. */
interface Pin {
  readonly commit: string;
  /** The release that the commit is of. */
  readonly version: string;
}

export interface PinnedAction extends Pin {
  readonly action: string;
}

export type ActionName = "checkout" | "setupNode" | "setupGo" | "setupPython" | "setupZig" | "uploadArtifact";

export type Actions = Readonly<Record<ActionName, PinnedAction>>;

/** By the Node that runners have for actions: GitHub's have 24; Gitea's and Forgejo's have 20, and artifacts of version 3. */
export type ActionNode = "node24" | "node20";

const zig: Pin = { commit: "d1434d08867e3ee9daa34448df10607b98908d29", version: "v2.2.1" };

const pins: Readonly<Record<ActionName, Readonly<Record<ActionNode, Pin>> & { readonly action: string }>> = {
  checkout: {
    action: "actions/checkout",
    node24: { commit: "d23441a48e516b6c34aea4fa41551a30e30af803", version: "v6.1.0" },
    node20: { commit: "34e114876b0b11c390a56381ad16ebd13914f8d5", version: "v4.3.1" },
  },
  setupNode: {
    action: "actions/setup-node",
    node24: { commit: "249970729cb0ef3589644e2896645e5dc5ba9c38", version: "v6.5.0" },
    node20: { commit: "49933ea5288caeca8642d1e84afbd3f7d6820020", version: "v4.4.0" },
  },
  setupGo: {
    action: "actions/setup-go",
    node24: { commit: "924ae3a1cded613372ab5595356fb5720e22ba16", version: "v6.5.0" },
    node20: { commit: "40f1582b2485089dde7abd97c1529aa768e1baff", version: "v5.6.0" },
  },
  setupPython: {
    action: "actions/setup-python",
    node24: { commit: "ece7cb06caefa5fff74198d8649806c4678c61a1", version: "v6.3.0" },
    node20: { commit: "a26af69be951a213d495a4c3e4e4022e16d87065", version: "v5.6.0" },
  },
  setupZig: { action: "mlugg/setup-zig", node24: zig, node20: zig },
  uploadArtifact: {
    action: "actions/upload-artifact",
    node24: { commit: "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f", version: "v7.0.0" },
    node20: { commit: "c24449f33cd45d4826c6702db7e49f7cdb9b551d", version: "v3.2.1-node20" },
  },
};

/** The releases of all actions that runners with this Node can run. */
export function actionsFor(node: ActionNode): Actions {
  const named = Object.entries(pins).map(([name, { action, [node]: pin }]) => [name, { action, ...pin }] as const);
  return Object.fromEntries<PinnedAction>(named) as Actions;
}
