/** Where everything stands in the kernel's linear memory. All addresses are fixed: nothing is allocated while compressing. */

/** The most bytes one call compresses. */
export const MAX_INPUT: u32 = 2 * 1024 * 1024;

/** Literal and length symbols, then distance symbols, in one array: 288 + 32 entries (RFC 1951, 3.2.6). */
export const LITERAL_SYMBOLS: u32 = 288;
export const ALL_SYMBOLS: u32 = 320;

// Tables that never change, filled by `tables.ts`.
export const LOG2_FRACTION: usize = 0x1000; // u32 x 256
export const LENGTH_SLOT: usize = 0x1400; // u8 x 256, by length - 3

// What the block in work needs.
export const CODE_LENGTHS: usize = 0x2000; // u8 x 320
export const CODES: usize = 0x2200; // u32 x 320: the code, bits reversed, and its length << 24
export const LENGTH_CODES: usize = 0x2800; // u32 x 256, by length - 3: code and extra bits, and their number << 24
export const HEADER_FREQUENCIES: usize = 0x2c00; // u32 x 19
export const HEADER_LENGTHS: usize = 0x2c80; // u8 x 19
export const HEADER_CODES: usize = 0x2d00; // u32 x 19
export const HEADER_SYMBOLS: usize = 0x2e00; // u16 x 320: symbol, and its extra bits << 8
export const SCRATCH: usize = 0x4000; // 8 KiB for whoever is at work

/** u32 x 320: what a symbol costs with its extra bits, in 1/1024 bits, going by the last span. */
export const PRICES: usize = 0x6000;
export const NO_SYMBOLS: usize = 0x6800; // u32 x 320, all zero

// Where earlier positions are found; see `matches.ts`.
export const ROW_HEADS: usize = 0x7000; // u8 x 1024
export const ROW_TAGS: usize = 0x8000; // u8 x 64 x 1024
export const ROW_POSITIONS: usize = 0x18000; // u16 x 64 x 1024
export const LAST_OF_3: usize = 0x38000; // u16 x 16384

// The decoder's own; see `decoder.ts`.
export const LITERAL_DECODER: usize = 0x58000;
export const DISTANCE_DECODER: usize = 0x5c000;
export const HEADER_DECODER: usize = 0x5d000;
export const READ_LENGTHS: usize = 0x5f000; // u8 x 320

// Sized for the worst case, an input without matches: one token per byte. Pages that are not reached cost nothing.
export const INPUT: usize = 0x60000;
export const INPUT_PADDING: u32 = 512;
export const SPANS: usize = INPUT + MAX_INPUT + 0x10000;
export const TOKENS: usize = SPANS + 0x160000;
export const OUTPUT: usize = TOKENS + 4 * MAX_INPUT + 0x10000;
