/** A kind of announcement: one file that declares what its config entries mean and says what they ask for. */
import type { AnnounceKind } from "../../model/kind.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Text } from "../../model/template.ts";
import type { HttpOptions } from "../../store/http.ts";
import type { StoreContext } from "../../store/kind.ts";

/** What an announcement may use besides its options. */
export interface AnnounceContext extends Pick<StoreContext, "root" | "about" | "env" | "signal" | "secret"> {
  /** Where people find the Release; empty where that is no address. */
  readonly url: string;
  /** 64 hex digits that are the same each time this Release is announced by this entry, and else are not. */
  readonly once: string;
  /** Fills in what was not known before the Release was public. */
  render(text: Text): string;
  /** For tests: how often, and after which waits, is tried again. */
  readonly retry?: HttpOptions["retry"] | undefined;
}

/** What an announcement left behind. */
export interface Announced {
  /** `already`: it stands there as it would be said now; `skipped`: there is nothing to be done, and `why`. */
  readonly outcome: "done" | "already" | "skipped";
  readonly why?: string | undefined;
  /** Where people read it. */
  readonly url?: string | undefined;
}

export interface Announcer<Options = unknown> extends AnnounceKind<Options> {
  /** Whether saying it twice is as good as once, because the service knows the second for the same. */
  readonly repeatable: boolean;
  /** What would be said, to whom, for people. Needs no secret and no network. */
  preview(options: JsonObject, context: AnnounceContext): string;
  /** Says it. Fails with a Problem; with one by `maybeSaid` where nobody knows whether it was said. */
  announce(options: JsonObject, context: AnnounceContext): Promise<Announced>;
}
