/** The shape of `systemd:` in a package: a service with all that belongs to it. */
import type { SystemdEntry } from "../../model/config/packages.ts";
import { choose, isMap, oneOrMore, scalarTemplate, template, unplaced, z } from "../../model/schema.ts";

const full = z.strictObject({
  unit: oneOrMore(
    template("A unit file."),
    "Unit files of the project; left out: NAME.service is generated, hardened.",
  ).optional(),
  exec: template("Command line of the generated unit.")
    .meta({ default: "the first program that is installed" })
    .optional(),
  service: z
    .record(z.string().regex(/^[A-Z][A-Za-z]*$/, "expected a setting such as MemoryMax"), scalarTemplate("value"))
    .describe("Further settings of the generated unit's [Service]: `{ MemoryMax: 512M }`.")
    .optional(),
  user: template("System user it runs as, created before anything is unpacked.").optional(),
  group: template("Its group; left out: one of the user's name.").optional(),
  data: oneOrMore(template("A folder."), "Folders of its data: 0750, the user's own.").optional(),
  config: oneOrMore(
    template("A folder."),
    "Folders of its configuration: 0750, root's and readable to the group.",
  ).optional(),
  environment: template(
    "File of the project that is installed as /etc/NAME/environment: 0640, kept on upgrades.",
  ).optional(),
  enable: z.boolean().describe("Enable it when it is first installed.").meta({ default: true }).optional(),
  start: z.boolean().describe("Start it when it is first installed.").meta({ default: true }).optional(),
  restart: z.boolean().describe("Restart it after an upgrade, where it runs.").meta({ default: true }).optional(),
});

type Written = z.output<typeof full>;

/** A unit file, or a map when it needs more. */
export const systemd = choose<SystemdEntry>(
  "A service: its unit file, or a map with all that belongs to it.",
  (raw) => ({
    schema: isMap(raw)
      ? full.transform((map) => entryOf(map))
      : template("").transform((unit) => entryOf({ unit: [unit] })),
  }),
  () => z.union([z.string(), full]),
);

function entryOf(map: Written): SystemdEntry {
  const { exec, user, group, environment } = map;
  return {
    place: unplaced,
    exec,
    user,
    group,
    environment,
    units: map.unit ?? [],
    service: map.service ?? {},
    data: map.data ?? [],
    config: map.config ?? [],
    enable: map.enable ?? true,
    start: map.start ?? true,
    restart: map.restart ?? true,
  };
}
