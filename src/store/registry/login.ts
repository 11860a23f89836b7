/** What somebody is let into a registry with. */

export type Credentials =
  | { readonly kind: "password"; readonly username: string; readonly password: string }
  /** Exchanged for tokens at the registry's token server. */
  | { readonly kind: "identity"; readonly token: string }
  /** Sent as it is. */
  | { readonly kind: "bearer"; readonly token: string };

/** A name and a password; Docker's way of saying in these two that the second is an identity token is understood. */
export function passwordOf(username: string, password: string): Credentials {
  return username === "<token>" ? { kind: "identity", token: password } : { kind: "password", username, password };
}
