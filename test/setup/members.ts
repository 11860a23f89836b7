/** What stands in a tar or zip archive, as Python's tarfile and zipfile read it. */

import { execFileSync } from "node:child_process";

export interface Member {
  readonly name: string;
  readonly type: "file" | "folder" | "link" | "other";
  /** Permission bits in octal: `755`. */
  readonly mode: string;
  /** `0/0 root/root` in a tar; empty in a zip, which has no owners. */
  readonly owner: string;
  /** Of a file's bytes, lower-case hex. */
  readonly sha256: string;
}

const READER = `
import hashlib, json, stat, sys, tarfile, zipfile

def member(name, kind, mode, owner, data):
    digest = hashlib.sha256(data).hexdigest() if kind == "file" else ""
    return {"name": name, "type": kind, "mode": format(mode & 0o7777, "o"), "owner": owner, "sha256": digest}

def of_tar(path):
    with tarfile.open(path) as archive:
        for entry in archive:
            kind = "file" if entry.isreg() else "folder" if entry.isdir() else "link" if entry.issym() else "other"
            data = archive.extractfile(entry).read() if entry.isreg() else b""
            owner = f"{entry.uid}/{entry.gid} {entry.uname}/{entry.gname}"
            yield member(entry.name, kind, entry.mode, owner, data)

def of_zip(path):
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            mode = entry.external_attr >> 16
            kind = "folder" if entry.is_dir() else "link" if stat.S_ISLNK(mode) else "file"
            yield member(entry.filename, kind, mode, "", archive.read(entry))

path = sys.argv[1]
print(json.dumps(list(of_zip(path) if zipfile.is_zipfile(path) else of_tar(path))))
`;

/** The members in the archive's order. Zips, plain tars and those that Python can decompress (gz, xz). */
export function membersOf(archive: string): readonly Member[] {
  const answer = execFileSync("python3", ["-c", READER, archive], { encoding: "utf8", maxBuffer: 256 << 20 });
  return JSON.parse(answer) as readonly Member[];
}
