/** Makes the surroundings of a rebuild as different as this machine allows: what a build takes from them shows in its bytes. */
import { runProgram } from "./process.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface Surroundings {
  /** Words that stand before the command. */
  readonly through: readonly string[];
  readonly env: Environment;
  /** What is different, each with its value. */
  readonly varied: readonly string[];
  /** What could not be made different, and why. */
  readonly notes: readonly string[];
}

export interface SurroundingsRequest {
  /** Where the rebuild happens. */
  readonly folder: string;
  readonly env: Environment;
  /** Whether it may use the network. */
  readonly network: boolean;
  /** The umask of this process. */
  readonly umask: number;
  readonly platform: NodeJS.Platform;
}

/** Someone who has no account here. */
const stranger = 4321;
/** Days that the clock goes on. */
const later = 400;

export async function vary(request: SurroundingsRequest): Promise<Surroundings> {
  const { folder, env, umask, platform } = request;
  const zone = env["TZ"] === "Pacific/Kiritimati" ? "America/St_Johns" : "Pacific/Kiritimati";
  const locale = await anotherLocale(request);
  const mask = umask === 0o077 ? "022" : "077";
  const [space, clock] =
    platform === "linux" ? await Promise.all([namespaces(request), fakeClock(request)]) : [none, none];
  const shell = platform === "win32" ? [] : ["sh", "-c", `umask ${mask}; exec "$@"`, "sh"];
  return {
    through: [...space.through, ...clock.through, ...shell],
    env: { ...env, ...clock.env, TZ: zone, LC_ALL: locale, LANG: locale, LANGUAGE: "" },
    varied: [
      `path: ${folder}`,
      `time zone: ${zone}`,
      `locale: ${locale}`,
      ...(platform === "win32" ? [] : [`umask: ${mask}`]),
      ...space.varied,
      ...clock.varied,
    ],
    notes: [
      ...(platform === "linux" ? [] : ["user, network and clock are this machine's own: that they differ needs Linux"]),
      ...space.notes,
      ...clock.notes,
    ],
  };
}

type Part = Omit<Surroundings, "env"> & { readonly env: Environment };

const none: Part = { through: [], env: {}, varied: [], notes: [] };

/** A user of another number, and no network: unshare(1). Both need what some containers and distributions forbid. */
async function namespaces({ network, env, folder }: SurroundingsRequest): Promise<Part> {
  const user = ["unshare", "--user", `--map-user=${stranger}`, `--map-group=${stranger}`];
  const tries = network
    ? [user]
    : [
        [...user, "--net"],
        ["unshare", "--net"],
      ];
  for (const words of tries) {
    if ((await runProgram([...words, "true"], { cwd: folder, env })).code !== 0) continue;
    const isOther = words.includes("--user");
    return {
      ...none,
      through: words,
      varied: [...(isOther ? [`user: ${stranger}`] : []), ...(network ? [] : ["network: none"])],
      notes: isOther ? [] : ["the user is the same: this machine lets nobody be another"],
    };
  }
  const missing = network ? "the user is the same" : "the user is the same and the network was there";
  return { ...none, notes: [`${missing}: unshare does not work on this machine`] };
}

/** Some other time of day and year, where libfaketime is installed. With a network, certificates would have expired. */
async function fakeClock({ network, env, folder }: SurroundingsRequest): Promise<Part> {
  if (network)
    return { ...none, notes: ["the clock is this machine's: with a network, certificates would have expired"] };
  const through = ["faketime", "-f", `+${later}d`];
  // Timers go by the other clock, and make compares times of files with each other.
  const own = { FAKETIME_DONT_FAKE_MONOTONIC: "1", NO_FAKE_STAT: "1" };
  if ((await runProgram([...through, "true"], { cwd: folder, env: { ...env, ...own } })).code !== 0)
    return { ...none, notes: ["the clock is this machine's: faketime is not installed"] };
  return {
    through,
    env: own,
    varied: [`clock: ${later} days later, for all but programs without a C library`],
    notes: [],
  };
}

/** One that is installed and sorts and writes otherwise than C does; C where there is none. */
async function anotherLocale({ env, folder, platform }: SurroundingsRequest): Promise<string> {
  const own = env["LC_ALL"] ?? env["LANG"] ?? "C";
  const listed = platform === "win32" ? "" : (await runProgram(["locale", "-a"], { cwd: folder, env })).stdout;
  const others = listed
    .split("\n")
    .filter((name) => /utf-?8$/i.test(name) && !/^(C|POSIX)\b/.test(name) && name !== own);
  return others.find((name) => /^(tr|et|de|fr|ja)_/.test(name)) ?? others[0] ?? (own === "C" ? "C.UTF-8" : "C");
}
