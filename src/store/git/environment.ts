/** What git is run with: nothing of the operator's own settings, and the token where only git and the one host see it. */
import { type Address, readAddress } from "./address.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface GitLogin {
  /** Address of the repository. */
  readonly remote: string;
  readonly token: string | undefined;
  /** Whom the token belongs to. */
  readonly user: string;
  /** Absolute paths, where they are. */
  readonly sshKey: string | undefined;
  readonly knownHosts: string | undefined;
  readonly ca: string | undefined;
}

/** What of the operator's environment programs need to run and to find their way out. */
const inherited = [
  "PATH",
  "SSH_AUTH_SOCK",
  "SYSTEMROOT",
  "TEMP",
  "TMP",
  "TMPDIR",
  "https_proxy",
  "http_proxy",
  "no_proxy",
  "all_proxy",
];

/**
 * Variables of git (git(1), ENVIRONMENT; git-config(1), ENVIRONMENT). `home` is a private folder: no configuration, no `.netrc`. The
 * token is a header for requests below the repository's own address, in a variable: other users of the machine see no variables.
 */
export function gitEnvironment(operators: Environment, home: string, login: GitLogin): Record<string, string> {
  const kept = inherited.flatMap((name) => {
    const value = operators[name] ?? operators[name.toUpperCase()];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  const certificates = login.ca ?? operators["SSL_CERT_FILE"];
  return {
    ...Object.fromEntries(kept),
    ...(certificates === undefined || certificates === "" ? {} : { GIT_SSL_CAINFO: certificates }),
    HOME: home,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    // Git's own helper for local paths sees this file and none of the settings below.
    GIT_CONFIG_GLOBAL: `${home}/config`,
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    SSH_ASKPASS: "",
    GIT_ALLOW_PROTOCOL: protocols[readAddress(login.remote).way],
    GIT_SSH_COMMAND: sshCommand(login),
    ...asSettings(settingsFor(login)),
  };
}

/** Nothing else is spoken, whatever a server or a repository says: no `ext::`, which is a command. */
const protocols: Readonly<Record<Address["way"], string>> = { http: "https:http", ssh: "ssh", local: "file" };

/** The text of the file that stands for the operator's settings. Git refuses repositories of other users but for those `believed`. */
export function globalConfig(believed: readonly string[]): string {
  const lines = believed.map((path) => `\tdirectory = "${path.replace(/["\\]/g, "\\$&")}"\n`);
  return `[safe]\n${lines.join("")}`;
}

function settingsFor({ remote, token, user }: GitLogin): readonly (readonly [string, string])[] {
  return [
    ["core.hooksPath", "/dev/null"],
    ["core.fsmonitor", "false"],
    ["gc.auto", "0"],
    ["maintenance.auto", "false"],
    ["credential.helper", ""],
    ["http.followRedirects", "false"],
    // A connection on which nothing moves is given up.
    ["http.lowSpeedLimit", "1"],
    ["http.lowSpeedTime", "60"],
    ["remote.origin.url", remote],
    ...(token === undefined || readAddress(remote).way !== "http"
      ? []
      : [[`http.${remote}.extraHeader`, `Authorization: Basic ${basic(user, token)}`] as const]),
  ];
}

/** What a server is told (RFC 7617). */
export function basic(user: string, token: string): string {
  return Buffer.from(`${user === "" ? "x-access-token" : user}:${token}`).toString("base64");
}

function asSettings(settings: readonly (readonly [string, string])[]): Record<string, string> {
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: `${settings.length}` };
  settings.forEach(([key, value], at) => {
    variables[`GIT_CONFIG_KEY_${at}`] = key;
    variables[`GIT_CONFIG_VALUE_${at}`] = value;
  });
  return variables;
}

/** OpenSSH without the operator's configuration; a host nobody knows is refused. Git hands the line to a shell. */
function sshCommand({ sshKey, knownHosts }: GitLogin): string {
  const options = [
    "BatchMode=yes",
    "StrictHostKeyChecking=yes",
    "ConnectTimeout=30",
    ...(sshKey === undefined ? [] : ["IdentitiesOnly=yes"]),
    ...(knownHosts === undefined ? [] : [`UserKnownHostsFile="${knownHosts}"`]),
  ];
  const words = ["ssh", "-F", "/dev/null", ...(sshKey === undefined ? [] : ["-i", sshKey])];
  return [...words, ...options.flatMap((option) => ["-o", option])].map(quoted).join(" ");
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
