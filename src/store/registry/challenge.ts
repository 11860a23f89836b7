/** What a registry wants to see before it does anything: the `WWW-Authenticate` header (RFC 9110 section 11.6.1). */

export type Challenge =
  | { readonly scheme: "basic" }
  | {
      readonly scheme: "bearer";
      /** Where tokens are given out. */
      readonly realm: string;
      readonly service: string | undefined;
      readonly scopes: readonly string[];
    };

/** The challenge that can be met, tokens before passwords; undefined where there is none. */
export function readChallenge(header: string | undefined): Challenge | undefined {
  const challenges = parse(header ?? "");
  const bearer = challenges.find(({ scheme }) => scheme === "bearer");
  const realm = bearer?.parameters.get("realm");
  if (bearer !== undefined && realm !== undefined) {
    const scopes = (bearer.parameters.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
    return { scheme: "bearer", realm, service: bearer.parameters.get("service"), scopes };
  }
  return challenges.some(({ scheme }) => scheme === "basic") ? { scheme: "basic" } : undefined;
}

interface Parsed {
  readonly scheme: string;
  readonly parameters: Map<string, string>;
}

const parameter = /^([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/;

/** Several challenges may stand in one header, divided by the same commas as their parameters. */
function parse(header: string): readonly Parsed[] {
  const found: Parsed[] = [];
  for (let rest = header.slice(0, 8192).trim(); rest !== "";) {
    const [match, name = "", quoted, bare = ""] = parameter.exec(rest) ?? [];
    const [word = ""] = /^[^\s,]+/.exec(rest) ?? [];
    if (match !== undefined) found.at(-1)?.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? bare);
    else if (word !== "") found.push({ scheme: word.toLowerCase(), parameters: new Map() });
    rest = rest.slice((match ?? word).length || 1).replace(/^[\s,]+/, "");
  }
  return found;
}
