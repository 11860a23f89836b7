/** One seed for all property tests, so that the same commit passes or fails everywhere; `SLIPWAY_SEED=7 npm test` looks elsewhere. */
import { configureGlobal } from "fast-check";

const seed = Number(process.env["SLIPWAY_SEED"] ?? 20_260_130);
configureGlobal({ seed });
