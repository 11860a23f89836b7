/** Words of others that documents have no form for: what is no address is left out, what would be read as something else is told apart. */

/** The text where it is a web address, as both formats want one. */
export function webUrl(text: string | undefined): string | undefined {
  return text !== undefined && /^https?:\/\/[^\s<>"{}|\\^`]+$/.test(text) && URL.canParse(text) ? text : undefined;
}

/**
 * An organization as SPDX names one, on one line; undefined where nothing is said. What stands in parentheses would be taken for a
 * mail address (SPDX 2.3, 7.5).
 */
export function organization(text: string | undefined): string | undefined {
  const name = (text ?? "").replaceAll(/\s+/g, " ").trim().replaceAll("(", "[").replaceAll(")", "]");
  return name === "" ? undefined : `Organization: ${name}`;
}
