/** Whether a host is this machine, so that nobody else can listen. */

/** `localhost`, 127.0.0.0/8 and `[::1]`, as URLs have them (RFC 6761 section 6.3, RFC 1122 section 3.2.1.3). */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
