/** Decides what a container runs with: the config's texts rendered and held against what runtimes accept. */
import type { ContainerText } from "../model/config/images.ts";
import type { ImageConfig } from "../model/image.ts";
import { type Place, Problem, problemsOf, throwIfAny } from "../model/problem.ts";
import type { Scope, Template } from "../model/template.ts";

/** Throws `plan.invalid`, with others, at every value that no runtime takes. `labels` are rendered already. */
export function containerConfig(
  text: ContainerText,
  labels: Readonly<Record<string, string>>,
  scope: Scope,
): ImageConfig {
  const problems: Problem[] = [];
  const { told, each } = collecting(problems);
  const config: ImageConfig = {
    entrypoint: told(() => wordsOf(text.entrypoint, scope)) ?? null,
    cmd: told(() => wordsOf(text.cmd, scope)) ?? null,
    env: Object.fromEntries(each(Object.entries(text.env), ([name, value]) => [[name, value.render(scope)]])),
    user: told(() => userOf(text.user, scope)) ?? null,
    workdir: told(() => (text.workdir === undefined ? null : folderOf(text.workdir, scope, "workdir"))) ?? null,
    expose: each(text.expose, (port) => portOf(port, scope)),
    volumes: each(text.volumes, (volume) => [folderOf(volume, scope, "volume")]),
    labels,
    stopSignal: told(() => signalOf(text.stopSignal, scope)) ?? null,
    healthcheck: text.healthcheck === undefined ? null : { ...text.healthcheck },
  };
  throwIfAny(problems);
  return config;
}

/** Runs parts one after the other, so that what is wrong with each is told together. */
function collecting(problems: Problem[]) {
  const told = <Result>(work: () => Result): Result | undefined => {
    try {
      return work();
    } catch (thrown) {
      const known = problemsOf(thrown);
      if (known === undefined) throw thrown;
      problems.push(...known);
      return undefined;
    }
  };
  const each = <Item, Result>(items: readonly Item[], work: (item: Item) => readonly Result[]): Result[] =>
    items.flatMap((item) => told(() => work(item)) ?? []);
  return { told, each };
}

/** One text is words at spaces; a list is taken as it is. */
function wordsOf(words: Template | readonly Template[] | undefined, scope: Scope): readonly string[] | null {
  if (words === undefined) return null;
  if (!("render" in words)) return words.map((word) => word.render(scope));
  const line = words.render(scope).trim();
  if (/["'\\$`]/.test(line))
    throw new Problem("plan.invalid", `${JSON.stringify(line)}: no shell reads an image's command`, {
      place: words.place,
      expected: 'a list of words, such as [sh, -c, "echo $HOME"]',
    });
  return line === "" ? [] : line.split(/\s+/);
}

/** Runtimes take no larger one (moby's and runc's user packages). */
const mostId = 2_147_483_647;

/** By number, since a name means another user in every image and runtimes cannot tell whether it is root. */
function userOf(user: Template | undefined, scope: Scope): string | null {
  if (user === undefined) return null;
  const text = user.render(scope).trim();
  if (!/^[0-9]+(:[0-9]+)?$/.test(text))
    throw invalid(`user: "${text}" is no number`, user.place, "a user and perhaps a group, such as 65532:65532");
  if (text.split(":").every((id) => Number(id) <= mostId)) return text;
  throw invalid(`user: "${text}" is too large a number`, user.place, `numbers up to ${mostId}`);
}

function folderOf(template: Template, scope: Scope, what: string): string {
  const path = template.render(scope).trim();
  // Windows has drives.
  if (/^(\/|[A-Za-z]:[\\/])/.test(path) && !path.split(/[\\/]/).includes("..")) return path;
  throw invalid(`${what}: "${path}" is no path of a container`, template.place, "an absolute path, such as /data");
}

function portOf(template: Template, scope: Scope): readonly string[] {
  const text = template.render(scope).trim();
  if (text === "") return [];
  const [, port = "", protocol = "tcp"] = /^([0-9]{1,5})(?:\/(tcp|udp|sctp))?$/.exec(text) ?? [];
  if (Number(port) >= 1 && Number(port) <= 65_535) return [`${Number(port)}/${protocol}`];
  throw invalid(`expose: "${text}" is no port`, template.place, "a port such as 8080 or 53/udp");
}

function signalOf(template: Template | undefined, scope: Scope): string | null {
  const signal = template?.render(scope).trim() ?? "";
  if (template === undefined || signal === "") return null;
  if (/^(SIG[A-Z0-9+-]{2,12}|[0-9]{1,2})$/.test(signal)) return signal;
  throw invalid(`stopSignal: "${signal}" is no signal`, template.place, "a signal such as SIGTERM or 15");
}

function invalid(message: string, place: Place | undefined, expected: string): Problem {
  return new Problem("plan.invalid", message, { place, expected });
}
