/** Looks, before anything is made, whether all is there that announcements will need. */
import type { KindTable } from "../../model/kind.ts";
import type { AnnouncePlan } from "../../model/plan.ts";
import { placed, type Problem, problemsOf } from "../../model/problem.ts";
import type { SecretName } from "../../model/schema.ts";
import type { StoreContext } from "../../store/kind.ts";
import type { Announcer } from "./kind.ts";
import { plannedSecret } from "./texts.ts";

/**
 * What is wrong with the secrets of each, at its place: a webhook whose variable is not set would be found missing only once the
 * release is public. Nothing is sent anywhere.
 */
export async function problemsAhead(
  announce: readonly AnnouncePlan[],
  { kinds, context }: { readonly kinds: KindTable<Announcer>; readonly context: Pick<StoreContext, "secret"> },
): Promise<readonly Problem[]> {
  const found = await Promise.all(
    announce
      .filter(({ kind }) => kinds.has(kind))
      .flatMap(({ options, place }) =>
        secretsIn(options).map(async (name): Promise<readonly Problem[]> => {
          try {
            await context.secret(name);
            return [];
          } catch (thrown) {
            const problems = problemsOf(thrown);
            if (problems === undefined) throw thrown;
            return problems.map((problem) => placed(problem, place));
          }
        }),
      ),
  );
  return found.flat();
}

/** The names of secrets in decided options, however deep. */
function secretsIn(value: unknown): readonly SecretName[] {
  if (typeof value !== "object" || value === null) return [];
  const name = plannedSecret.strict().safeParse(value);
  return name.success ? [name.data] : Object.values(value).flatMap(secretsIn);
}
