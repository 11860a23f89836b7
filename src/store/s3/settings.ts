/** What an opened bucket's store knows: where its objects go, and what they are sent with. */
import { type Artifact, hexOf } from "../../model/artifact.ts";
import type { Text } from "../../model/template.ts";
import { contentTypeOf } from "../forge/content-type.ts";
import type { StoreContext } from "../kind.ts";
import type { Bucket } from "./client.ts";
import { digestHeader } from "./object.ts";
import type { AwsCredentials } from "./sign.ts";

export interface S3Settings {
  readonly bucket: Bucket;
  /** Begins the name of every object; ends in a slash, or is empty. */
  readonly prefix: string;
  /** The same for another version; undefined where it cannot be known. */
  readonly prefixOf: (release: { readonly version: string; readonly tag: string }) => string | undefined;
  readonly existing: "refuse" | "replace";
  /** Whether the server keeps checksums. */
  readonly checked: boolean;
  /** Bytes. */
  readonly partSize: number;
  /** Sent with every object; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where the bucket's root is read by everybody, without a slash at its end; empty: as it is written to. */
  readonly url: string;
  readonly latest: Latest | undefined;
  readonly after: After | undefined;
  readonly credentials: () => Promise<AwsCredentials>;
  readonly region: string;
  readonly context: Pick<StoreContext, "about" | "artifacts" | "render" | "run" | "signal">;
  /** Reads what everybody may read at an address. */
  readonly readPublic: (url: URL) => Promise<AsyncIterable<Uint8Array> | undefined>;
  readonly close: () => void;
}

/** A program that runs once all names have moved. */
export interface After {
  readonly words: Text | readonly Text[];
  readonly env: Readonly<Record<string, Text>>;
  /** Values by the variables that hold them. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** A second prefix, whose objects are always those of the newest Release. */
export interface Latest {
  /** Ends in a slash. */
  readonly prefix: string;
  /** Whether each channel has one of its own, so that a pre-release moves it too. */
  readonly byChannel: boolean;
}

/** What an object is sent with. `moving`: its name will stand for other bytes one day, so nobody keeps it without asking. */
export function headersFor(
  { headers, checked }: Pick<S3Settings, "headers" | "checked">,
  { name, digest }: Pick<Artifact, "name" | "digest">,
  moving = false,
): Readonly<Record<string, string>> {
  return {
    "content-type": contentTypeOf(name),
    ...headers,
    ...(moving ? { "cache-control": "no-cache" } : {}),
    ...(checked ? { "x-amz-checksum-algorithm": "SHA256" } : {}),
    [digestHeader]: hexOf(digest),
  };
}
