/** Requests of keys to the services that vouch for them: over our one way to the network, and to the host that is named only. */
import type { ServiceAnswer, ServiceRequest } from "../sign/kind.ts";
import { httpClient } from "../store/http.ts";

/** Fails with `store.unreachable` where no answer comes. A redirect is an answer. */
export async function askService(
  { method, url, headers, authorization, body, limit }: ServiceRequest,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<ServiceAnswer> {
  const http = httpClient({ env, signal, silence: 60_000 });
  try {
    const { status, bytes } = await http.fetch(
      {
        method,
        url,
        headers,
        authorization,
        stays: true,
        // Certifying a key or noting a signature twice does no harm.
        repeatable: true,
        body: body && { size: body.length, open: () => only(body) },
      },
      limit,
    );
    return { status, bytes };
  } finally {
    http.close();
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
