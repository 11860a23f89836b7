/** The shape of what a container runs with: `entrypoint`, `cmd`, `env`, `user` and the like of an image. */
import type { ContainerText, Healthcheck } from "../../model/config/images.ts";
import { choose, environment, isMap, scalarTemplate, template, words, z } from "../../model/schema.ts";

export const containerShape = {
  entrypoint: words("Command of the container; left out: the base's, or the one program of the image.").optional(),
  cmd: words("Words behind the entrypoint, which people may replace; left out: the base's.").optional(),
  env: environment("Variables of the container, over the base's.").optional(),
  user: scalarTemplate("User and group by number, such as 65532:65532; left out: the base's.").optional(),
  workdir: template("Folder commands begin in; left out: the base's.").optional(),
  expose: z
    .array(scalarTemplate("A port such as 8080 or 53/udp."))
    .describe("Ports it listens on; they are only a note to people and tools.")
    .optional(),
  volumes: z.array(template("A folder.")).describe("Folders that outlive the container.").optional(),
  labels: textMap("Labels, over those made from the project (org.opencontainers.image.*); an empty one is left out."),
  stopSignal: template("Signal that stops it, such as SIGTERM.").optional(),
  healthcheck: healthcheck().optional(),
} as const;

/** A map from any words to templates. */
export function textMap(description: string) {
  return z.record(z.string().min(1), scalarTemplate("A text.")).describe(description).optional();
}

const units: Readonly<Record<string, number>> = { ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** `1m30s` in nanoseconds, as Docker keeps times; at least a millisecond, which is Docker's rule, and at most 104 days, what numbers of JSON hold exactly. */
function duration(description: string) {
  const error = "expected a time such as 30s, 1m30s or 500ms";
  return z
    .string({ error })
    .regex(/^([0-9]{1,6}(ms|s|m|h))+$/, error)
    .transform((text) =>
      [...text.matchAll(/([0-9]+)(ms|s|m|h)/g)].reduce(
        (sum, [, count, unit = ""]) => sum + Number(count) * (units[unit] ?? 0),
        0,
      ),
    )
    .refine((time) => time >= 1e6 && Number.isSafeInteger(time), error)
    .describe(description)
    .optional();
}

function healthcheck(): z.ZodType<Healthcheck> {
  const test = choose<readonly string[]>(
    "Words of the command, or one line for a shell.",
    (raw) =>
      Array.isArray(raw)
        ? {
            schema: z
              .array(z.string())
              .min(1)
              .transform((list) => ["CMD", ...list]),
          }
        : {
            schema: z
              .string()
              .min(1)
              .transform((line) => ["CMD-SHELL", line]),
          },
    () => z.union([z.string(), z.array(z.string())]),
  );
  const full = z.strictObject({
    test,
    interval: duration("Time between two checks.").meta({ default: "30s" }),
    timeout: duration("After which a check has failed.").meta({ default: "30s" }),
    startPeriod: duration("How long it may fail after the start.").meta({ default: "0s" }),
    retries: z.int().min(1).describe("Failures in a row that make it unhealthy.").meta({ default: 3 }).optional(),
  });
  return choose<Healthcheck>(
    "How Docker and podman find out whether it is well; `none` takes the base's away. OCI has no word for it: Kubernetes does not see it.",
    (raw) =>
      isMap(raw)
        ? {
            schema: full.transform((map) => ({
              test: map.test,
              interval: map.interval ?? null,
              timeout: map.timeout ?? null,
              startPeriod: map.startPeriod ?? null,
              retries: map.retries ?? null,
            })),
          }
        : { schema: z.literal("none").transform((): Healthcheck => ({ ...unset, test: ["NONE"] })) },
    () => z.union([z.literal("none"), full]),
  );
}

const unset = { interval: null, timeout: null, startPeriod: null, retries: null };

type Written = { readonly [Key in keyof typeof containerShape]?: z.output<(typeof containerShape)[Key]> };

export function containerOf(written: Written): ContainerText {
  return {
    entrypoint: written.entrypoint,
    cmd: written.cmd,
    env: written.env ?? {},
    user: written.user,
    workdir: written.workdir,
    expose: written.expose ?? [],
    volumes: written.volumes ?? [],
    labels: written.labels ?? {},
    stopSignal: written.stopSignal,
    healthcheck: written.healthcheck,
  };
}
