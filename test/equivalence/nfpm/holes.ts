/** Variables of nfpm's config as templates of Slipway's. */

/** A value of a config. */
export type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/** `${NAME}` is `{{ env.NAME }}`. */
export function holes(text: string): string {
  return text.replaceAll(/\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?/g, "{{ env.$1 }}");
}
