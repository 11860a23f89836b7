/** Signs with keys that ssh-agent keeps (draft-ietf-sshm-ssh-agent, 3.6), over the socket that SSH_AUTH_SOCK names. */
import { connect } from "node:net";

import { string, uint32, wireReader } from "../format/ssh/wire.ts";
import { Problem } from "../model/problem.ts";

const [listRequest, listResponse, signRequest, signResponse] = [11, 12, 13, 14];

/** Asks for rsa-sha2-512; nothing else has a choice. */
const rsaSha512 = 4;

/** No answer is larger, and none takes longer: in that time somebody touches a token. */
const [mostAnswer, mostTime] = [64 * 1024, 120_000];

/**
 * The signature that an agent makes of `data` with the key of a blob: its algorithm and its bytes. Fails with `key.missing` where the
 * agent is not there, does not have the key, or does not want to.
 */
export async function agentSignature(
  socket: string,
  blob: Uint8Array,
  data: Uint8Array,
): Promise<{ readonly algorithm: string; readonly signature: Uint8Array }> {
  const request = Buffer.concat([Uint8Array.of(signRequest), string(blob), string(data), uint32(rsaSha512)]);
  const answer = await ask(socket, string(request));
  if (answer[0] !== signResponse)
    throw new Problem("key.missing", "ssh-agent did not sign: somebody or something said no", {
      hint: "See whether it has the key: ssh-add -l",
    });
  const outer = wireReader(answer.subarray(1), "the answer of ssh-agent");
  const inner = wireReader(outer.string(), "the answer of ssh-agent");
  const [algorithm, signature] = [inner.text(), inner.string()];
  inner.end();
  return { algorithm, signature };
}

/** Fails with `key.missing` where the agent is not there, or does not have the key of a blob (3.5). */
export async function findInAgent(socket: string, blob: Uint8Array): Promise<void> {
  const answer = await ask(socket, string(Uint8Array.of(listRequest)));
  const reader = wireReader(answer.subarray(1), "the answer of ssh-agent");
  const count = answer[0] === listResponse ? reader.uint32() : 0;
  for (let at = 0; at < count; at++) {
    const isIt = Buffer.from(reader.string()).equals(blob);
    reader.string(); // its comment
    if (isIt) return;
  }
  throw new Problem("key.missing", "ssh-agent does not have the key", { hint: "Add it: ssh-add FILE" });
}

/** One message there and one back, without their lengths. */
function ask(socket: string, request: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const connection = connect(socket);
    let received = Buffer.alloc(0);
    const fail = (why: string, cause?: unknown): void => {
      connection.destroy();
      reject(
        new Problem("key.missing", `ssh-agent cannot be asked: ${why}`, { cause, hint: "Start it: eval $(ssh-agent)" }),
      );
    };
    connection.setTimeout(mostTime, () => fail("it did not answer"));
    connection.on("error", (error: NodeJS.ErrnoException) =>
      fail(`${error.code ?? error.message} at its socket`, error),
    );
    connection.on("close", () => fail("it ended the connection"));
    connection.on("connect", () => connection.write(request));
    connection.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4) return;
      const size = received.readUInt32BE();
      if (size === 0 || size > mostAnswer) return fail("its answer is none");
      if (received.length < 4 + size) return;
      resolve(received.subarray(4, 4 + size));
      connection.destroy();
    });
  });
}
