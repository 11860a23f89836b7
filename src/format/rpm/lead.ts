/** The lead, 96 bytes that old programs know a package by (rpm, docs/manual/format_lead.md); rpm itself reads only the magic. */

export const leadSize = 96;

export const leadMagic = Uint8Array.of(0xed, 0xab, 0xee, 0xdb);

/** Numbers of architectures (rpm, rpmrc.in, arch_canon); 255 is noarch's. */
const archNumbers: Readonly<Record<string, number>> = {
  x86_64: 1,
  x86_64_v2: 1,
  x86_64_v3: 1,
  x86_64_v4: 1,
  i386: 1,
  mips: 4,
  mipsel: 4,
  mips64: 11,
  mips64el: 11,
  armv5tel: 12,
  armv6hl: 12,
  armv7hl: 12,
  s390x: 15,
  ppc64: 16,
  ppc64le: 16,
  aarch64: 19,
  riscv64: 22,
  loongarch64: 23,
  noarch: 255,
};

export interface Lead {
  /** `name-version-release`; what is longer than 65 bytes is cut. */
  readonly name: string;
  /** Undefined in version 6 of the format, which says neither architecture nor system here (rpm, docs/manual/format_v6.md). */
  readonly arch: string | undefined;
  readonly source: boolean;
}

export function writeLead({ name, arch, source }: Lead): Uint8Array {
  const bytes = Buffer.alloc(leadSize);
  bytes.set(leadMagic);
  bytes.writeUInt8(arch === undefined ? 4 : 3, 4); // major version
  bytes.writeUInt16BE(source ? 1 : 0, 6);
  bytes.writeUInt16BE(arch === undefined ? 0 : (archNumbers[arch] ?? 255), 8);
  bytes.write(name, 10, 65);
  bytes.writeUInt16BE(arch === undefined ? 0 : 1, 76); // Linux
  bytes.writeUInt16BE(5, 78); // the signature is a header
  return bytes;
}
