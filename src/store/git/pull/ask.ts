/** Asks a forge about pull requests: what is asked, and how, is the forge's; what is made of it is the same for all. */
import type { JsonApi } from "../../json-api.ts";
import type { PullRequests, Pulls } from "./forge.ts";

export function pullsBy(api: JsonApi, requests: PullRequests): Pulls {
  const { called } = requests;
  return {
    async list(heads) {
      const all = await api.list(`list ${called}s`, await requests.list(heads, api), requests.page(heads));
      return all.toSorted((a, b) => b.number - a.number);
    },
    create: async (request) => (await api.must(`open a ${called}`, requests.create(request))).as(requests.pull),
    async label(pull, labels) {
      const request = await requests.label(pull, labels, api);
      await api.must(`label a ${called}`, { ...request, repeatable: true });
    },
    async close(pull) {
      await api.must(`close a ${called}`, { ...requests.close(pull), repeatable: true });
    },
    async branch(name) {
      const answer = await api.ask(requests.branch(name));
      return answer.status === 200 ? answer.as(requests.protection) : undefined;
    },
  };
}
