/** What is said to whom. */
export function greeting(names: readonly string[]): string {
  const all = names.length === 0 ? ["world"] : names;
  return `Hello, ${new Intl.ListFormat("en").format(all)}!`;
}
