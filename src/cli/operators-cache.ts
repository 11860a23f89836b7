/** The operator's cache, in the folder their system keeps caches in. */
import { openCache, type CacheFolder } from "../store/cache.ts";
import { cacheFolder } from "../store/cache/location.ts";

/** Bytes the cache may keep, unless `cache prune --max` said otherwise. */
const cacheBound = 10e9;

export function openOperatorsCache(): CacheFolder {
  return openCache(cacheFolder(process.env, process.platform), { maxBytes: cacheBound });
}
