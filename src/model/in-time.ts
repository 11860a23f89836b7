/** Code that a pattern could keep busy for ever, stopped by the clock: some regular expressions take exponential time on some texts. */
import vm from "node:vm";

/** What `code`, an expression over the names in `values`, comes to; undefined when it took longer than `milliseconds`. */
export function evaluateInTime(
  code: string,
  values: Readonly<Record<string, unknown>>,
  milliseconds: number,
): { readonly value: unknown } | undefined {
  try {
    // Only code in a context of its own can be stopped by the clock.
    return { value: vm.runInNewContext(code, { ...values }, { timeout: milliseconds }) as unknown };
  } catch (thrown) {
    // An error of another context is no instance of our Error.
    const code_ = typeof thrown === "object" && thrown !== null && "code" in thrown ? thrown.code : undefined;
    if (code_ === "ERR_SCRIPT_EXECUTION_TIMEOUT") return undefined;
    throw thrown;
  }
}

/** Which of the texts the expression is found in; undefined when that took longer than `milliseconds`. */
export function searchInTime(
  texts: readonly string[],
  expression: RegExp,
  milliseconds: number,
): readonly boolean[] | undefined {
  const found = evaluateInTime(
    "texts.map((text) => text.search(expression) >= 0)",
    { texts, expression },
    milliseconds,
  );
  return found === undefined ? undefined : Array.from(found.value as readonly boolean[]);
}
