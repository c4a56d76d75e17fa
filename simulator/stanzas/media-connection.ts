import { randomBytes } from 'node:crypto';
import type { Connection } from '../connection.ts';
import { type Node, node } from '../wire/node.ts';

const secondsValid = 300;
const fileBytesMax = 100 * 1024 * 1024;

/** Tells a client where to put its files. Host names may carry a port; clients ask by https in any case. */
export function answerMediaConnection({ host, phone, world }: Connection): Node {
  const attributes = {
    // It comes back with every upload, and tells whose it is.
    auth: `${phone ?? ''}.${randomBytes(24).toString('base64url')}`,
    ttl: String(secondsValid),
    auth_ttl: String(secondsValid),
    max_buckets: '12',
  };
  const server = node('host', {
    hostname: host ?? world.media.host,
    maxContentLengthBytes: String(fileBytesMax),
  });
  return node('media_conn', attributes, [server]);
}
