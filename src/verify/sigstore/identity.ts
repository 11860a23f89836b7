/** Whether a certificate is for an identity that is trusted: every field is compared to the letter (sigstore/fulcio, docs/oid-info.md). */
import type { TrustedIdentity } from "../../format/trust-file.ts";

/** What a verified certificate says. */
export interface CertifiedIdentity {
  readonly issuer: string;
  /** The subject alternative name: a URI or a mail address. */
  readonly subject: string;
  /** Values of Fulcio's extensions by the last number of their id, as texts. */
  readonly extensions: ReadonlyMap<number, string>;
}

/** Numbers below 1.3.6.1.4.1.57264.1. */
const numbers = { ref: 14, repositoryId: 15, ownerId: 17, runner: 11, commit: 13 } as const;

/** Undefined where it is; else the first thing that differs, for people. */
export function differenceOf(trusted: TrustedIdentity, found: CertifiedIdentity): string | undefined {
  const { issuer, subject, workflow } = trusted;
  if (found.issuer !== issuer) return `the issuer is ${shown(found.issuer)}`;
  if (subject !== undefined && found.subject !== subject) return `the subject is ${shown(found.subject)}`;
  if (workflow !== undefined && !isWorkflow(found.subject, workflow)) return `the subject is ${shown(found.subject)}`;
  for (const [field, number] of Object.entries(numbers) as readonly (readonly [keyof typeof numbers, number])[]) {
    const expected = trusted[field];
    const actual = found.extensions.get(number);
    if (expected !== undefined && actual !== expected)
      return `${field} is ${actual === undefined ? "not said" : shown(actual)}`;
  }
  return undefined;
}

/** `WORKFLOW@REF`, where neither part holds another `@`. */
function isWorkflow(subject: string, workflow: string): boolean {
  const at = subject.lastIndexOf("@");
  return at > 0 && subject.slice(0, at) === workflow && at + 1 < subject.length;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 300));
}

interface Named {
  readonly oid?: { readonly id: readonly number[] } | undefined;
  readonly value: Uint8Array;
}

const prefix = "1.3.6.1.4.1.57264.1.";

/** Fulcio's extensions whose value is a UTF8String (DER), which all but the oldest are. */
export function fulcioExtensions(found: readonly Named[]): ReadonlyMap<number, string> {
  return new Map(
    found.flatMap(({ oid, value }): readonly (readonly [number, string])[] => {
      const id = oid?.id.join(".") ?? "";
      const text = id.startsWith(prefix) ? utf8String(value) : undefined;
      return text === undefined ? [] : [[Number(id.slice(prefix.length)), text]];
    }),
  );
}

function utf8String(der: Uint8Array): string | undefined {
  const [tag, length = 0, second = 0] = der;
  const start = length < 0x80 ? 2 : length === 0x81 ? 3 : undefined;
  if (tag !== 0x0c || start === undefined) return undefined;
  if (der.length - start !== (start === 2 ? length : second)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(der.subarray(start));
  } catch {
    return undefined;
  }
}
