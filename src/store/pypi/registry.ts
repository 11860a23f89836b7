/** An index of Python packages as {@link packageStore} wants it. */
import type { Artifact } from "../../model/artifact.ts";
import type { HttpClient } from "../http.ts";
import type { JsonApi } from "../json-api.ts";
import { ofAbout } from "../http/paced.ts";
import { download, saysItExists, titled } from "../packages/answers.ts";
import { sha256Of } from "../measure.ts";
import type { PackageName, PackageRegistry } from "../packages/registry.ts";
import { formBody, formFields } from "./form.ts";
import { guessOfFileName, type PythonPackage, readPythonPackage, simpleName } from "./metadata.ts";
import { listFiles } from "./simple.ts";

export interface PypiApi {
  /** Where uploads go, as it was written. */
  readonly upload: URL;
  /** Lists files; ends in a slash. */
  readonly index: URL;
  readonly http: HttpClient;
  /** As anybody, or with the password there is. */
  readonly reading: JsonApi;
  /** Value of `Authorization` of {@link reading}. */
  readonly authorization: string | undefined;
  writing(): Promise<JsonApi>;
}

export function pypiRegistry(api: PypiApi): PackageRegistry<PythonPackage> {
  const { upload, index, reading } = api;
  return {
    where: `python ${upload.host}${upload.pathname.replace(/\/$/, "")}`,
    read: readPythonPackage,
    guess: ({ name }) => guessOfFileName(name),

    async find({ name }, artifact) {
      const found = (await listFiles(reading, index, name))?.find(({ filename }) => filename === artifact.name);
      if (found === undefined) return undefined;
      const authorization = found.url.origin === index.origin ? api.authorization : undefined;
      const open = (): AsyncIterable<Uint8Array> => download(api.http, found.url, authorization);
      const { digest, size } =
        found.digest === undefined
          ? await sha256Of(ofAbout(open(), artifact))
          : { digest: found.digest, size: found.size };
      return { digest, size, isWithdrawn: found.isYanked, open };
    },

    async send(self, file) {
      const writing = await api.writing();
      const body = formBody(await formFields(self, file), file);
      const answer = titled(await writing.ask({ method: "POST", path: upload, body, repeatable: false }));
      if (answer.status >= 200 && answer.status < 300) return "sent";
      if (saysItExists(answer)) return "exists";
      throw writing.refusal(`upload ${file.artifact.name}`, answer);
    },

    page: (name) => pageOf(api, name),

    async withdraw(name: PackageName, { name: file, digest }: Artifact) {
      const url = yankPage(api, name);
      const why = "an index has no request for that: yank it by hand, in the project's settings there";
      return [{ act: "remove", name: file, digest, outcome: "pending", why, url }];
    },
  };
}

function isPypi({ index }: PypiApi): boolean {
  return /^(test\.)?pypi\.org$/.test(index.host);
}

function pageOf(api: PypiApi, name: PackageName | undefined): string | undefined {
  if (!isPypi(api)) return name === undefined ? api.index.href : new URL(`${simpleName(name.name)}/`, api.index).href;
  return new URL(name === undefined ? "/" : `/project/${simpleName(name.name)}/${name.version}/`, api.index).href;
}

function yankPage(api: PypiApi, { name, version }: PackageName): string | undefined {
  if (!isPypi(api)) return undefined;
  return new URL(`/manage/project/${simpleName(name)}/release/${version}/`, api.index).href;
}
