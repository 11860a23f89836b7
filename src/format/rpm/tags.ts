/** Tags of rpm headers by name: number and type (rpm, docs/manual/tags.md; signature tags: include/rpm/rpmtag.h). */

/** How a tag's values are stored (docs/manual/format_header.md): `i18n` is a text in the locale C, `bytes` are BIN. */
export type TagType = "int16" | "int32" | "int64" | "string" | "strings" | "i18n" | "bytes";

export type TagTable = Readonly<Record<string, readonly [tag: number, type: TagType]>>;

export type ValueOf<Type extends TagType> = Type extends "int16" | "int32"
  ? readonly number[]
  : Type extends "int64"
    ? readonly number[]
    : Type extends "string" | "i18n"
      ? string
      : Type extends "strings"
        ? readonly string[]
        : Uint8Array;

/** Values by name. What is undefined or an empty list is not written: rpm refuses a tag without a value. */
export type TagValues<Table extends TagTable> = {
  readonly [Name in keyof Table]?: ValueOf<Table[Name][1]> | undefined;
};

/** Of the header. */
export const headerTags = {
  i18nTable: [100, "strings"],
  name: [1000, "string"],
  version: [1001, "string"],
  release: [1002, "string"],
  epoch: [1003, "int32"],
  summary: [1004, "i18n"],
  description: [1005, "i18n"],
  buildTime: [1006, "int32"],
  buildHost: [1007, "string"],
  size: [1009, "int32"],
  vendor: [1011, "string"],
  license: [1014, "string"],
  packager: [1015, "string"],
  group: [1016, "i18n"],
  sources: [1018, "strings"],
  url: [1020, "string"],
  os: [1021, "string"],
  arch: [1022, "string"],
  preinstall: [1023, "string"],
  postinstall: [1024, "string"],
  preremove: [1025, "string"],
  postremove: [1026, "string"],
  fileSizes: [1028, "int32"],
  fileModes: [1030, "int16"],
  fileRdevs: [1033, "int16"],
  fileMtimes: [1034, "int32"],
  fileDigests: [1035, "strings"],
  fileLinkTos: [1036, "strings"],
  fileFlags: [1037, "int32"],
  fileUserName: [1039, "strings"],
  fileGroupName: [1040, "strings"],
  sourceRpm: [1044, "string"],
  fileVerifyFlags: [1045, "int32"],
  provideName: [1047, "strings"],
  requireFlags: [1048, "int32"],
  requireName: [1049, "strings"],
  requireVersion: [1050, "strings"],
  conflictFlags: [1053, "int32"],
  conflictName: [1054, "strings"],
  conflictVersion: [1055, "strings"],
  rpmVersion: [1064, "string"],
  verifyScript: [1079, "string"],
  changelogTime: [1080, "int32"],
  changelogName: [1081, "strings"],
  changelogText: [1082, "strings"],
  preinstallProgram: [1085, "strings"],
  postinstallProgram: [1086, "strings"],
  preremoveProgram: [1087, "strings"],
  postremoveProgram: [1088, "strings"],
  obsoleteName: [1090, "strings"],
  verifyScriptProgram: [1091, "strings"],
  fileDevices: [1095, "int32"],
  fileInodes: [1096, "int32"],
  fileLangs: [1097, "strings"],
  prefixes: [1098, "strings"],
  sourcePackage: [1106, "int32"],
  provideFlags: [1112, "int32"],
  provideVersion: [1113, "strings"],
  obsoleteFlags: [1114, "int32"],
  obsoleteVersion: [1115, "strings"],
  dirIndexes: [1116, "int32"],
  baseNames: [1117, "strings"],
  dirNames: [1118, "strings"],
  payloadFormat: [1124, "string"],
  payloadCompressor: [1125, "string"],
  payloadFlags: [1126, "string"],
  fileColors: [1140, "int32"],
  fileClass: [1141, "int32"],
  classDict: [1142, "strings"],
  pretrans: [1151, "string"],
  posttrans: [1152, "string"],
  pretransProgram: [1153, "strings"],
  posttransProgram: [1154, "strings"],
  longFileSizes: [5008, "int64"],
  longSize: [5009, "int64"],
  fileDigestAlgo: [5011, "int32"],
  recommendName: [5046, "strings"],
  recommendVersion: [5047, "strings"],
  recommendFlags: [5048, "int32"],
  suggestName: [5049, "strings"],
  suggestVersion: [5050, "strings"],
  suggestFlags: [5051, "int32"],
  encoding: [5062, "string"],
  payloadDigest: [5092, "strings"],
  payloadDigestAlgo: [5093, "int32"],
  payloadDigestAlt: [5097, "strings"],
  payloadSize: [5112, "int64"],
  payloadSizeAlt: [5113, "int64"],
  rpmFormat: [5114, "int32"],
  fileMimeIndex: [5115, "int32"],
  mimeDict: [5116, "strings"],
  sourceNevr: [5120, "string"],
  payloadSha512: [5121, "string"],
  payloadSha512Alt: [5122, "string"],
  payloadSha3: [5123, "string"],
  payloadSha3Alt: [5124, "string"],
} as const satisfies TagTable;

/** Of the signature header, whose numbers mean other things. */
export const signatureTags = {
  dsa: [267, "bytes"],
  rsa: [268, "bytes"],
  sha1: [269, "string"],
  longSize: [270, "int64"],
  longPayloadSize: [271, "int64"],
  sha256: [273, "string"],
  openpgp: [278, "strings"],
  sha3: [279, "string"],
  reserved: [999, "bytes"],
  size: [1000, "int32"],
  md5: [1004, "bytes"],
  payloadSize: [1007, "int32"],
  reservedSpace: [1008, "bytes"],
} as const satisfies TagTable;

export type HeaderValues = TagValues<typeof headerTags>;
export type SignatureValues = TagValues<typeof signatureTags>;
