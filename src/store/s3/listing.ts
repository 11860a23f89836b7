/** Which names may stand below a prefix, asked once for all of them (docs.aws.amazon.com, AmazonS3 API: ListObjectsV2). */
import { Problem } from "../../model/problem.ts";
import type { Bucket } from "./client.ts";
import { type Element, readXml } from "./xml.ts";

/** Pages that are read, of a thousand names each: behind them each name is asked for by itself. */
const mostPages = 5;

export interface Listing {
  /** False where nothing stood there when it was asked. */
  mayHold(key: string): Promise<boolean>;
}

/** Asks when it is first needed. */
export function openListing(bucket: Bucket, prefix: string): Listing {
  let listed: Promise<ReadonlySet<string> | undefined> | undefined;
  return {
    async mayHold(key) {
      const names = await (listed ??= namesBelow(bucket, prefix));
      return names?.has(key) !== false;
    },
  };
}

/** Undefined where there are too many, or where the list is not to be had. */
async function namesBelow(bucket: Bucket, prefix: string): Promise<ReadonlySet<string> | undefined> {
  const names = new Set<string>();
  let after: Readonly<Record<string, string>> = {};
  for (let page = 0; page < mostPages; page += 1) {
    const query = { "list-type": "2", prefix, ...after };
    const answer = await bucket.ask({ method: "GET", key: "", query });
    // Who may not list may still look name by name; what is wrong otherwise is told there.
    if (answer.status !== 200) return undefined;
    const list = listIn(bucket, answer.bytes);
    for (const object of list.all("Contents")) names.add(object.of("Key"));
    const token = list.of("NextContinuationToken");
    if (list.of("IsTruncated") !== "true") return names;
    if (token === "") return undefined;
    after = { "continuation-token": token };
  }
  return undefined;
}

function listIn(bucket: Bucket, bytes: Uint8Array): Element {
  const found = readXml(Buffer.from(bytes).toString("utf8"), "ListBucketResult");
  if (found !== undefined) return found;
  throw new Problem("store.failed", `${bucket.name} answers with something else than a list of objects`, {
    hint: "Look at the endpoint: is it that of an object store?",
  });
}
