/** What config entries of registries of packages have in common. */
import { type Place, Problem } from "../../model/problem.ts";

/** An address that paths can be put behind: it ends in a slash. Throws `plan.invalid`. */
export function addressOf(written: string, place: Place | undefined): string {
  const address = writtenAddress(written, place);
  return address.endsWith("/") ? address : `${address}/`;
}

/** An address as it was written: some servers take uploads at one without a slash. Throws `plan.invalid`. */
export function writtenAddress(written: string, place: Place | undefined): string {
  const url = URL.parse(written.trim());
  const isFit =
    url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.search === "" && url.hash === "";
  if (isFit) return url.href;
  throw new Problem("plan.invalid", `"${written}" cannot be the address of a registry`, {
    place,
    expected: "an address such as https://registry.example.com/npm, with no password in it",
  });
}
