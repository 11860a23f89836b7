/** Kubernetes' schemas let right resources pass, and no wrong ones. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";

import { needs } from "../judges.ts";
import { conform } from "./kubernetes.ts";

const resource = (spec: string): string => `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { ${spec} }
`;

needs("kubeconform", "kubernetes-schemas")("knows a right service from wrong ones", async () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-kubernetes-"));
  try {
    const statusOf = async (spec: string): Promise<unknown> => (await conform(resource(spec), folder))[0];
    expect(await statusOf("ports: [{ port: 80 }]")).toMatchObject({ name: "web", status: "statusValid" });
    expect(await statusOf("ports: [{ port: eighty }]")).toMatchObject({ status: "statusInvalid" });
    expect(await statusOf("port: [{ port: 80 }]")).toMatchObject({ status: "statusInvalid" });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
