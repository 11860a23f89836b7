/** What a container runs with: what the Plan says, over what the base image says (OCI image-spec, config.md). */
import type { ImageConfigFile, LayerHistory, RunConfig } from "../../format/oci/config.ts";
import type { Digest } from "../../model/artifact.ts";
import type { ImageConfig, ImagePlatform } from "../../model/image.ts";
import type { JsonObject } from "../../model/json.ts";
import { formatTime } from "../../model/time.ts";

export interface ConfigRequest {
  readonly platform: ImagePlatform;
  readonly config: ImageConfig;
  /** Undefined: from scratch. */
  readonly base: ImageConfigFile | undefined;
  /** Of the layers that are added. */
  readonly diffIds: readonly Digest[];
  /** Seconds since 1970. */
  readonly epoch: number;
}

export function mergeConfig({ platform, config, base, diffIds, epoch }: ConfigRequest): ImageConfigFile {
  const created = formatTime(epoch);
  return {
    created,
    architecture: platform.architecture,
    os: platform.os,
    "os.version": platform["os.version"],
    "os.features": platform["os.features"],
    variant: platform.variant,
    config: mergeRun(config, base?.config ?? {}),
    diffIds: [...(base?.diffIds ?? []), ...diffIds],
    history: [...historyOf(base, created), ...diffIds.map((): LayerHistory => ({ created, created_by: "slipway" }))],
  };
}

/** One entry for each of the base's layers: readers count them, and some bases have none. */
function historyOf(base: ImageConfigFile | undefined, created: string): readonly LayerHistory[] {
  if (base === undefined) return [];
  const told = base.history.filter(({ empty_layer }) => empty_layer !== true).length;
  if (told === base.diffIds.length) return base.history;
  return base.diffIds.map(() => ({ created: base.created ?? created, created_by: "base image" }));
}

function mergeRun(config: ImageConfig, base: RunConfig): RunConfig {
  return {
    ...base,
    User: config.user ?? base.User,
    ExposedPorts: { ...base.ExposedPorts, ...setOf(config.expose) },
    Env: mergeEnv(config.env, base.Env ?? []),
    Entrypoint: config.entrypoint ?? base.Entrypoint,
    // A base's arguments are for the base's program, so another entrypoint forgets them, as Docker has it.
    Cmd: config.cmd ?? (config.entrypoint === null ? base.Cmd : undefined),
    Volumes: { ...base.Volumes, ...setOf(config.volumes) },
    WorkingDir: config.workdir ?? base.WorkingDir,
    Labels: { ...base.Labels, ...config.labels },
    StopSignal: config.stopSignal ?? base.StopSignal,
    Healthcheck: config.healthcheck === null ? base.Healthcheck : healthcheckOf(config.healthcheck),
  };
}

function setOf(names: readonly string[]): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

/** The base's in their order, with new values where there are any, then the others by name. */
function mergeEnv(env: Readonly<Record<string, string>>, base: readonly string[]): readonly string[] {
  const named = new Map(base.map((line) => [line.split("=", 1)[0] ?? line, line]));
  for (const name of Object.keys(env).toSorted()) named.set(name, `${name}=${env[name] ?? ""}`);
  return [...named.values()];
}

/** Docker's fields; times are nanoseconds. */
function healthcheckOf(check: NonNullable<ImageConfig["healthcheck"]>): JsonObject {
  const { test, interval, timeout, startPeriod, retries } = check;
  const fields = { Test: test, Interval: interval, Timeout: timeout, StartPeriod: startPeriod, Retries: retries };
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}
