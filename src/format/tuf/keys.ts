/** Public keys in TUF metadata: what they look like, their ids, and whether a signature is theirs (TUF 1.0.34, 4.2). */
import { constants, createHash, createPublicKey, type KeyObject, verify } from "node:crypto";

import type { JsonObject } from "../../model/json.ts";
import { Problem } from "../../model/problem.ts";
import { publicPem, spkiOf } from "../public-key.ts";
import { canonicalBytes } from "./canonical.ts";

/** A key as metadata holds it; further fields are kept as they are. */
export interface TufKey {
  readonly keytype: string;
  readonly scheme: string;
  readonly keyval: { readonly public?: string | undefined };
}

export interface NamedKey {
  /** Lower-case hex. */
  readonly id: string;
  readonly key: TufKey & JsonObject;
}

/** The key of a public key in PEM: Ed25519, or ECDSA on P-256. Fails with `key.invalid` for any other. */
export function tufKeyOf(pem: string, name: string): NamedKey {
  const key = bareKey(publicKeyIn(pem, name), name);
  return { id: keyIdOf(key), key };
}

/** As securesystemslib makes them: the SHA-256 of the key's canonical form without further fields. Clients take ids as they come. */
function keyIdOf({ keytype, scheme, keyval }: TufKey): string {
  const bare = { keytype, scheme, keyval: { public: keyval.public ?? "" } };
  return createHash("sha256").update(canonicalBytes(bare)).digest("hex");
}

/** A key that signatures can be held against. */
export interface Verifier {
  /** The same for all ways of writing the same key. */
  readonly identity: string;
  /** Whether a signature, in hex, is this key's over these bytes. What cannot be read is no signature, and never an error. */
  isOver(data: Uint8Array, signature: string): boolean;
}

/** Undefined for what is no key of its scheme, and for schemes nobody here knows: it signs nothing. */
export function verifierOf({ keytype, scheme: name, keyval }: TufKey): Verifier | undefined {
  const scheme = Object.hasOwn(schemes, name) ? schemes[name] : undefined;
  if (keyval.public === undefined || scheme === undefined || !scheme.keytypes.includes(keytype)) return undefined;
  const key = opened(scheme, keyval.public);
  if (key === undefined) return undefined;
  return {
    identity: Buffer.from(spkiOf(key)).toString("hex"),
    isOver(data, signature) {
      if (!/^(?:[0-9a-fA-F]{2})+$/.test(signature)) return false;
      try {
        return verify(scheme.hash, data, { key, ...scheme.padding }, Buffer.from(signature, "hex"));
      } catch {
        return false; // OpenSSL throws for some signatures that are not encoded as they should be
      }
    },
  };
}

function opened(scheme: Scheme, text: string): KeyObject | undefined {
  try {
    const key = scheme.open(text);
    return scheme.suits(key) ? key : undefined;
  } catch {
    return undefined; // no key, whatever it is
  }
}

interface Scheme {
  readonly keytypes: readonly string[];
  readonly hash: string | null;
  readonly padding?: { readonly padding: number; readonly saltLength: number };
  open(text: string): KeyObject;
  /** The key is of the kind that the scheme names: a stronger or weaker one under its name is none. */
  suits(key: KeyObject): boolean;
}

const curve =
  (name: string) =>
  (key: KeyObject): boolean =>
    key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === name;

/** Every scheme of the specification, and the two sizes of ECDSA that others write. We sign by the first two. */
const schemes: Readonly<Record<string, Scheme>> = {
  ed25519: {
    keytypes: ["ed25519"],
    hash: null,
    open: (text) => (text.startsWith("-----") ? createPublicKey(text) : ed25519Of(text)),
    suits: (key) => key.asymmetricKeyType === "ed25519",
  },
  "ecdsa-sha2-nistp256": {
    keytypes: ["ecdsa", "ecdsa-sha2-nistp256"],
    hash: "sha256",
    open: (text) => createPublicKey(text),
    suits: curve("prime256v1"),
  },
  "ecdsa-sha2-nistp384": {
    keytypes: ["ecdsa", "ecdsa-sha2-nistp384"],
    hash: "sha384",
    open: (text) => createPublicKey(text),
    suits: curve("secp384r1"),
  },
  "rsassa-pss-sha256": {
    keytypes: ["rsa"],
    hash: "sha256",
    padding: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO },
    open: (text) => createPublicKey(text),
    suits: (key) => key.asymmetricKeyType === "rsa" && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048,
  },
};

function ed25519Of(hex: string): KeyObject {
  if (!/^[0-9a-f]{64}$/i.test(hex)) throw new Error("no Ed25519 key");
  const x = Buffer.from(hex, "hex").toString("base64url");
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
}

function publicKeyIn(pem: string, name: string): KeyObject {
  try {
    if (pem.includes("PRIVATE KEY")) throw new Error("a private key");
    return createPublicKey(pem);
  } catch {
    throw new Problem("key.invalid", `the public key ${name} is no public key in PEM`);
  }
}

function bareKey(key: KeyObject, name: string): NamedKey["key"] {
  if (key.asymmetricKeyType === "ed25519") {
    const { x = "" } = key.export({ format: "jwk" });
    return { keytype: "ed25519", scheme: "ed25519", keyval: { public: Buffer.from(x, "base64url").toString("hex") } };
  }
  if (curve("prime256v1")(key)) {
    return { keytype: "ecdsa", scheme: "ecdsa-sha2-nistp256", keyval: { public: publicPem(key) } };
  }
  throw new Problem(
    "key.invalid",
    `the key ${name} cannot sign trust metadata: it is of type ${key.asymmetricKeyType}`,
    {
      expected: "an Ed25519 key, or an ECDSA key on P-256",
    },
  );
}
