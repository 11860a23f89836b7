/** Faults that a server of tests shows on request: each for so many requests that fit. */

/** What goes wrong. */
export type Act =
  /** The connection ends once this many bytes of the request's body were read; what was read counts as arrived. */
  | { readonly reset: number }
  /** The connection ends once this many bytes of the answer's body were sent; 0: before there is any answer. */
  | { readonly cut: number }
  /** Nothing is done, and this is answered. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** It is done, and this is answered nevertheless. */
  | { readonly after: number }
  /** The answer's body is this much shorter, as if that were all of it. */
  | { readonly truncate: number }
  /** Headers of the answer that are other ones. */
  | { readonly headers: Readonly<Record<string, string>> }
  /** Bytes of the answer's body are others. */
  | { readonly garble: true }
  /** Milliseconds before the answer. */
  | { readonly wait: number }
  /** The answer's body comes in ten pieces, with so many milliseconds before each. */
  | { readonly drip: number }
  /** No answer ever comes. */
  | { readonly silent: true };

export interface Fault {
  /** `PUT /v2/a/manifests/1`: method and path. */
  readonly on: RegExp;
  readonly act: Act;
  /** How often; once where nothing is said. */
  readonly times?: number;
}

export interface Faults {
  add(...faults: readonly Fault[]): void;
  /** The fault of a request, which is used up by it. */
  take(request: string): Act | undefined;
  /** Faults that nobody met: a test that waits for one should find it used up. */
  left(): number;
  /** The same, and none is left after. */
  forget(): number;
}

export function openFaults(): Faults {
  let waiting: { readonly fault: Fault; left: number }[] = [];
  const left = (): number => waiting.reduce((sum, { left: times }) => sum + times, 0);
  return {
    left,
    forget() {
      const before = left();
      waiting = [];
      return before;
    },
    add: (...faults) => void waiting.push(...faults.map((fault) => ({ fault, left: fault.times ?? 1 }))),
    take(request) {
      const found = waiting.find(({ fault }) => fault.on.test(request));
      if (found !== undefined) found.left -= 1;
      waiting = waiting.filter(({ left }) => left > 0);
      return found?.fault.act;
    },
  };
}
