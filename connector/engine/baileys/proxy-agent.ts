import type { ClientRequest } from 'node:http';
import type { Agent } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { SocksProxyAgent } from 'socks-proxy-agent';
import { checkedProxyAddresses, type ProxyAddress, parseProxyUrl } from '../../../core/sessions/proxy-url.ts';
import type { AllowedCidrs } from '../../../core/webhooks/guard/address-policy.ts';
import type { ResolveHost } from '../../../core/webhooks/guard/resolve-host.ts';
import { ProxyError } from './proxy-error.ts';

export interface ProxyGuard {
  /** The operator's exceptions to the rule that a proxy's address is public. */
  readonly allowedCidrs: AllowedCidrs;
  readonly resolve?: ResolveHost;
}

/** Below the 20 s that Baileys gives the whole opening of a socket, so that the proxy is named as the cause. */
const openMs = 15_000;

/**
 * An agent that goes through a tenant's proxy. At each socket it asks for the proxy's addresses, lets only allowed ones pass and dials the one
 * that it checked, so that a name cannot move between check and connect. The name of the server behind is left to the proxy to resolve.
 * What fails on the way is a `ProxyError`.
 *
 * @example makeWASocket({ agent: createProxyAgent('socks5://proxy.example.com:1080', { allowedCidrs: [] }) })
 */
export function createProxyAgent(proxyUrl: string, guard: ProxyGuard): Agent {
  const proxy = parseProxyUrl(proxyUrl);
  if ('reason' in proxy) throw new ProxyError('proxy_forbidden', proxy.reason);
  const agent = proxy.protocol === 'socks5:' ? new GuardedSocksAgent(proxy, guard) : new GuardedHttpAgent(proxy, guard);
  // Baileys asks for an agent of https, of which these lack a field that nobody reads.
  return agent as unknown as Agent;
}

class GuardedHttpAgent extends HttpsProxyAgent<string> {
  readonly #host: string;
  readonly #guard: ProxyGuard;

  constructor(proxy: ProxyAddress, guard: ProxyGuard) {
    super(urlOf(proxy));
    this.#host = proxy.host;
    this.#guard = guard;
  }

  override connect(
    request: ClientRequest,
    options: Parameters<HttpsProxyAgent<string>['connect']>[1],
  ): Promise<Socket> {
    return openSocket(async () => {
      const address = await checkedAddress(this.#host, this.#guard);
      // The certificate of an https proxy is for its name.
      const servername = isIP(this.#host) === 0 ? { servername: this.#host } : {};
      this.connectOpts = { ...this.connectOpts, host: address, ...servername };
      let status = 0;
      request.once('proxyConnect', ({ statusCode }: { statusCode: number }) => {
        status = statusCode;
      });
      const socket = await super.connect(request, options);
      if (status === 200) return socket;
      socket.destroy();
      throw new ProxyError(status === 407 ? 'proxy_refused' : 'proxy_unreachable');
    });
  }
}

class GuardedSocksAgent extends SocksProxyAgent {
  readonly #host: string;
  readonly #guard: ProxyGuard;

  constructor(proxy: ProxyAddress, guard: ProxyGuard) {
    super(urlOf(proxy), { timeout: openMs });
    this.#host = proxy.host;
    this.#guard = guard;
  }

  override connect(request: ClientRequest, options: Parameters<SocksProxyAgent['connect']>[1]): Promise<Socket> {
    return openSocket(async () => {
      this.proxy.host = await checkedAddress(this.#host, this.#guard);
      return super.connect(request, options);
    });
  }
}

async function checkedAddress(host: string, guard: ProxyGuard): Promise<string> {
  const checked = await checkedProxyAddresses(host, guard);
  if ('reason' in checked) throw new ProxyError(checked.resolved ? 'proxy_forbidden' : 'proxy_unreachable');
  return checked.addresses[0] as string;
}

/** Gives every failure one shape, and ends what takes too long; a socket that comes later is closed. */
async function openSocket(open: () => Promise<Socket>): Promise<Socket> {
  let timer: NodeJS.Timeout | undefined;
  let late = false;
  const opening = open().then((socket) => {
    if (late) socket.destroy();
    return socket;
  });
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late = true;
      reject(new ProxyError('proxy_unreachable'));
    }, openMs);
  });
  try {
    return await Promise.race([opening, deadline]);
  } catch (error) {
    if (error instanceof ProxyError) throw error;
    const message = error instanceof Error ? error.message : '';
    throw new ProxyError(/authentication/i.test(message) ? 'proxy_refused' : 'proxy_unreachable', error);
  } finally {
    clearTimeout(timer);
  }
}

/** For the packages: `socks5h`, by which the proxy resolves the name of the server behind it. */
function urlOf({ protocol, host, port, username, password }: ProxyAddress): string {
  const scheme = protocol === 'socks5:' ? 'socks5h:' : protocol;
  const user =
    username === '' && password === '' ? '' : `${encodeURIComponent(username)}:${encodeURIComponent(password)}@`;
  return `${scheme}//${user}${host.includes(':') ? `[${host}]` : host}:${port}`;
}
