import { createAddressPolicy } from './address-policy.ts';
import { connectChecked, type Dial, dialTcp } from './connect-checked.ts';
import { type ResolveHost, resolveHost } from './resolve-host.ts';

/** Whether a TCP connection to a public host comes about. */
export type CanReach = (host: string) => Promise<boolean>;

const port = 443;
const timeoutMs = 3_000;

/**
 * Tells whether the way out is open: opens a connection to a well-known host and closes it. Never rejects.
 *
 * @example await createReach()('checkip.amazonaws.com') // true
 */
export function createReach(options: { readonly resolve?: ResolveHost; readonly dial?: Dial } = {}): CanReach {
  return async (host) => {
    try {
      const { socket } = await connectChecked(
        { protocol: 'http:', host, port },
        {
          rules: { policy: createAddressPolicy([]), plainHttp: 'public' },
          resolve: options.resolve ?? resolveHost,
          dial: options.dial ?? dialTcp,
          connectTimeoutMs: timeoutMs,
          tlsTimeoutMs: timeoutMs,
          certificateAuthorities: [],
        },
      );
      socket.destroy();
      return true;
    } catch {
      // Whatever the reason, the answer is no; the caller asks because something failed already.
      return false;
    }
  };
}
