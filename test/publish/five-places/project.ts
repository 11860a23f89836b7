/** A small project that goes to five places: two archives, a file, an image and a formula. */
import { toolConfig, toolFiles } from "../../worlds/project.ts";
import { bucket, type Servers } from "./servers.ts";

export function projectFor({ proxies, gitea }: Servers): Readonly<Record<string, string>> {
  const host = (url: string): string => url.replace("http://", "");
  const [config = ""] = toolConfig.split("stores:");
  return toolFiles({
    "tool.rb": "class Tool < Formula\nend\n",
    "slipway.yaml": `${config}
images:
  - name: ${host(proxies.registry.url)}/ada/tool
    base: scratch
    platforms: linux/amd64
    contents: [{ from: "build:tool", to: /tool }]
    tags: ["v{{ version }}", { rolling: true }]
release:
  files: [tool.rb]
trust: { sbom: [] }
stores:
  github: { github: ${gitea.user}/tool, endpoint: "${proxies.github.url}/api/v3", token: env:GITHUB_TOKEN }
  forge: { gitea: ${gitea.user}/tool, endpoint: "${proxies.forge.url}", token: env:GITEA_TOKEN }
  bucket:
    s3: ${bucket}
    endpoint: ${proxies.bucket.url}
    accessKey: env:S3_KEY
    secretKey: env:S3_SECRET
    path: "{{ project.name }}/{{ tag }}"
    latest: latest
  registry: { registry: "${host(proxies.registry.url)}" }
  tap:
    git: ${proxies.tap.url}/${gitea.user}/tap.git
    token: env:GITEA_TOKEN
    author: { name: A Release, email: release@example.com }
    path: "Formula/{{ artifact }}"
publish:
  - { store: github, except: [images] }
  - { store: forge, except: [images] }
  - { store: bucket, except: [images] }
  - registry
  - { store: tap, only: "*.rb" }
`,
  });
}
