/** What of the operator's environment a place's command gets: what programs need to run, and nobody's token. */

type Environment = Readonly<Record<string, string | undefined>>;

/** Who runs it, and where its things lie. */
const whose = `
  PATH HOME USER LOGNAME SHELL PWD TMPDIR TMP TEMP SSH_AUTH_SOCK XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME
  XDG_RUNTIME_DIR XDG_STATE_HOME LD_LIBRARY_PATH NIX_SSL_CERT_FILE JAVA_HOME DOTNET_ROOT
`;

/** How it speaks, and to whom. */
const speech = `
  LANG LANGUAGE LC_ALL LC_COLLATE LC_CTYPE LC_MESSAGES LC_NUMERIC LC_TIME TZ TERM COLORTERM NO_COLOR FORCE_COLOR
  CI SOURCE_DATE_EPOCH
`;

/** How it finds its way out. */
const ways = `
  HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS CURL_CA_BUNDLE
  REQUESTS_CA_BUNDLE
`;

/** What no program of Windows starts without. */
const windows = `
  SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT OS USERNAME USERDOMAIN USERPROFILE HOMEDRIVE HOMEPATH APPDATA
  LOCALAPPDATA PROGRAMDATA ALLUSERSPROFILE PUBLIC PSMODULEPATH PROGRAMFILES PROGRAMFILES(X86) PROGRAMW6432
  COMMONPROGRAMFILES COMMONPROGRAMFILES(X86) COMPUTERNAME NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE
`;

/** Upper case: Windows knows names in any case, and proxies are written in both. */
const passed: ReadonlySet<string> = new Set(
  [whose, speech, ways, windows].flatMap((names) => names.trim().split(/\s+/)),
);

/** The variables of these names. Everything else a config entry hands on itself, by its `env` or `secrets`. */
export function commandEnvironment(operators: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(operators).flatMap(([name, value]) =>
      value !== undefined && passed.has(name.toUpperCase()) ? [[name, value]] : [],
    ),
  );
}
