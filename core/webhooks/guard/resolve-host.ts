import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';

/** All addresses of a host name, IPv4 first; rejects with an error that has a `code` when there are none. */
export type ResolveHost = (hostname: string) => Promise<readonly string[]>;

/**
 * Bounds of one DNS question. Questions go out by c-ares: `dns.lookup` would take one of the process's four pool threads for as
 * long as a tenant's name server is silent.
 */
const dnsTryTimeoutMs = 1_500;
const dnsTries = 2;

const resolver = new Resolver({ timeout: dnsTryTimeoutMs, tries: dnsTries });

/** Errors that mean "this name has no address of this family", as opposed to "nobody answered". */
const noAddressCodes = new Set(['ENODATA', 'ENOTFOUND']);

/**
 * Asks DNS for A and AAAA records. The machine's hosts file is not read, except that `localhost` and names below it are
 * 127.0.0.1 (RFC 6761). An address literal is its own answer.
 *
 * @example await resolveHost('example.com') // ['93.184.215.14', '2606:2800:…']
 */
export const resolveHost: ResolveHost = async (hostname) => {
  const name = hostname.replace(/\.$/, '').toLowerCase();
  if (isIP(name) !== 0) return [name];
  if (name === 'localhost' || name.endsWith('.localhost')) return ['127.0.0.1'];
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (addresses.length > 0) return addresses;
  const reasons = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
  throw (
    reasons.find((reason) => !noAddressCodes.has(errorCode(reason))) ?? reasons[0] ?? new Error('No address was found.')
  );
};

/** The `code` of a system or DNS error, or an empty string. */
export function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
