/** Variables of programs that stores run: what an entry says under `env`, and secrets by the names of where they are. */
import { z } from "zod";

import { choose, isMap, type SecretName, secretName } from "../model/schema.ts";
import { renderText, type Scope, type Template, type Text } from "../model/template.ts";
import type { StoreContext } from "./kind.ts";

export type SecretVariables = Readonly<Record<string, SecretName>>;

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected a variable name");

/** `what` gets them: "the commands get". */
export function secretVariables(what: string): z.ZodType<SecretVariables> {
  return choose<SecretVariables>(
    `variables ${what}, and where the secrets are that they hold`,
    (raw) =>
      isMap(raw)
        ? { schema: z.record(variable, secretName("where the secret is")) }
        : { expected: "expected a map from variables to secrets: { TOKEN: env:NAME }" },
    () => z.record(z.string(), z.string()),
  );
}

/** As the Plan has them; what asks for the operator's environment is asked when it runs. */
export function plannedVariables(env: Readonly<Record<string, Template>>, scope: Scope): Record<string, Text> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, renderText(value, scope)]));
}

/** The variables' values, each rendered over `names`. */
export function renderedVariables(
  env: Readonly<Record<string, Text>>,
  names: Scope,
  { render }: Pick<StoreContext, "render">,
): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, text]) => [name, render(text, names)]));
}

/** The secrets' values, without the line end that files have. Fails with `key.missing`. */
export async function fetchVariables(
  secrets: SecretVariables,
  { secret }: Pick<StoreContext, "secret">,
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [name, of] of Object.entries(secrets))
    values[name] = Buffer.from(await secret(of))
      .toString("utf8")
      .replace(/\r?\n$/, "");
  return values;
}
