/** The library `ajv`, loaded when a chart first has a schema, and set up to judge as Helm does. */
import type { Ajv, KeywordCxt, Options } from "ajv";

import type { Draft } from "./drafts.ts";
import { UnknownSchema } from "./flaw.ts";

const validators = {
  "draft-07": async (options: Options): Promise<Ajv> => new (await import("ajv")).Ajv(options),
  "2019-09": async (options: Options): Promise<Ajv> => new (await import("ajv/dist/2019.js")).Ajv2019(options),
  "2020-12": async (options: Options): Promise<Ajv> => new (await import("ajv/dist/2020.js")).Ajv2020(options),
} as const;

/**
 * A validator of its own for each schema, whose names it would remember. It compiles schemas to programs; whatever stands
 * in them stands there as literals.
 */
export async function validatorFor({ rules, refAlone }: Draft): Promise<Ajv> {
  const validator = await validators[rules]({
    strict: false,
    allErrors: true,
    verbose: true,
    logger: false,
    validateFormats: false,
    // Told apart from what else is wrong: see checkSchema.
    validateSchema: false,
    // A schema that many refer to is compiled once.
    inlineRefs: false,
    // It is run once.
    code: { optimize: false, regExp: Object.assign(patternOf, { code: "new RegExp" }) },
    // `toString` is no key of every map.
    ownProperties: true,
    // 0.3 is a multiple of 0.1.
    multipleOfPrecision: 9,
    ignoreKeywordsWithRef: refAlone,
  });
  for (const keyword of ["anyOf", "oneOf", "contains"]) speakOnce(validator, keyword);
  return validator;
}

const judges = new Map<Draft["rules"], Promise<Ajv>>();

/** The validator that holds schemas of a draft against the draft's own: it remembers none of them, so one does for all. */
export async function judgeOf(draft: Draft): Promise<Ajv> {
  const judge = judges.get(draft.rules) ?? validatorFor(draft);
  judges.set(draft.rules, judge);
  return judge;
}

/** Go's expressions are nearly JavaScript's; throws {@link UnknownSchema} for those that are not. */
function patternOf(pattern: string): RegExp {
  try {
    return new RegExp(pattern, "u");
  } catch {
    throw new UnknownSchema(`the pattern ${pattern}`);
  }
}

/** Where none of several schemas fits, what each has to say is not told. */
function speakOnce(validator: Ajv, keyword: string): void {
  const known = validator.getKeyword(keyword);
  if (typeof known !== "object" || !("code" in known)) throw new Error(`the validator does not know ${keyword}`);
  validator.removeKeyword(keyword);
  validator.addKeyword({
    ...known,
    code(context: KeywordCxt, ...rest) {
      const { error } = context;
      context.error = (...how) => {
        context.reset();
        error.apply(context, how);
      };
      known.code(context, ...rest);
    },
  });
}
