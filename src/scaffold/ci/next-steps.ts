/** What remains to be done by hand once the workflows are written: secrets, variables, the commit, a tag. Pure. */
import type { AnyWorkflow } from "./forges.ts";

/** How a forge keeps what jobs need. */
interface Settings {
  /** Where people set secrets, and variables that are none: words of its pages. */
  readonly secrets: string;
  readonly variables: string;
  /** Secrets that every job has by itself. */
  readonly given: readonly string[];
  /** Beginnings of names that nobody can set there. */
  readonly reserved: readonly string[];
  /** What else has to be there, by the stem of tags. */
  also(prefix: string): readonly string[];
}

const settings: Readonly<Record<string, Settings>> = {
  github: {
    secrets: "Settings > Secrets and variables > Actions > Secrets",
    variables: "Settings > Secrets and variables > Actions > Variables",
    given: ["GITHUB_TOKEN"],
    reserved: ["GITHUB_"],
    also: () => [],
  },
  gitea: {
    secrets: "Settings > Actions > Secrets",
    variables: "Settings > Actions > Variables",
    given: ["GITEA_TOKEN"],
    reserved: ["GITEA_", "GITHUB_"],
    also: () => ["see that a runner takes the jobs: Settings > Actions > Runners"],
  },
  gitlab: {
    secrets: "Settings > CI/CD > Variables, protected and masked",
    variables: "Settings > CI/CD > Variables",
    given: ["CI_JOB_TOKEN"],
    reserved: ["CI_", "GITLAB_CI"],
    also: (prefix) => [
      `protect the tags, since only their jobs get protected variables: Settings > Repository > Protected tags, ${prefix}*`,
    ],
  },
};

export interface NextSteps {
  /** Names of secrets that somebody has to set, sorted. */
  readonly secrets: readonly string[];
  /** The same of variables that are no secrets. */
  readonly variables: readonly string[];
  /** What to do, one sentence each, in order. */
  readonly steps: readonly string[];
}

/** `written`: paths that have to be committed. */
export function nextSteps(forge: string, workflow: AnyWorkflow, written: readonly string[]): NextSteps {
  const own = settings[forge];
  if (own === undefined) throw new Error(`no settings of ${forge}`);
  const { needs, ci, prefix } = workflow;
  const wanted = sorted([...needs.secrets, ...namedIn(ci.env, "secrets")]).filter((name) => !own.given.includes(name));
  const isReserved = (name: string): boolean => own.reserved.some((start) => name.startsWith(start));
  const secrets = wanted.filter((name) => !isReserved(name));
  const variables = namedIn(ci.env, "vars");
  const tag = `${prefix}1.0.0`;
  const publishing = needs.identities.map(({ audience }) => audience).filter((audience) => audience !== "sigstore");
  return {
    secrets,
    variables,
    steps: [
      ...setting("secret", secrets.map(forWhat(needs.signing)), own.secrets),
      ...setting("variable", variables, own.variables),
      ...wanted
        .filter(isReserved)
        .map((name) => `name another variable in slipway.yaml: nobody can set ${name} there (token: env:OTHER_NAME)`),
      ...publishing.map(
        (audience) => `let this repository's release workflow publish to ${audience}, as its trusted publisher`,
      ),
      ...own.also(prefix),
      ...(written.length === 0 ? [] : [`commit and push the files: git add ${written.map(shellWord).join(" ")}`]),
      `release by a tag: git tag ${tag} && git push origin ${tag}; or slipway cut VERSION --push`,
    ],
  };
}

function setting(what: string, names: readonly string[], where: string): readonly string[] {
  if (names.length === 0) return [];
  return [`set the ${what}${names.length === 1 ? "" : "s"} ${names.join(", ")}: ${where}`];
}

/** `${{ secrets.NAME }}`, `${{ vars.NAME }}`, as `ci.env` has them. */
function namedIn(env: AnyWorkflow["ci"]["env"], context: "secrets" | "vars"): readonly string[] {
  const form = new RegExp(`\\b${context}\\.([A-Za-z_][A-Za-z0-9_]*)`, "g");
  return sorted(Object.values(env).flatMap((text) => [...text.matchAll(form)].map(([, name = ""]) => name)));
}

function forWhat(signing: readonly string[]): (name: string) => string {
  return (name) => (signing.includes(name) ? `${name} (signs)` : name);
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted();
}

function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
