import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBaileysEngine } from '../../connector/engine/baileys/baileys-engine.ts';
import { checkSimulator } from '../../connector/engine/baileys/trust-simulator.ts';
import { waitFor } from '../support/wait-for.ts';
import { type SimulatedWorld, startSimulatedWorld } from './support/simulated-world.ts';
import { startHttpProxy, startSocksProxy, type TestProxy, testProxyUser } from './support/test-proxy.ts';
import { testSession } from './support/test-session.ts';

describe('a session with a proxy of its own', () => {
  let world: SimulatedWorld;
  let httpProxy: TestProxy;
  let socksProxy: TestProxy;

  beforeAll(async () => {
    [world, httpProxy, socksProxy] = await Promise.all([startSimulatedWorld(), startHttpProxy(), startSocksProxy()]);
  });
  afterAll(() => Promise.all([world?.stop(), httpProxy?.stop(), socksProxy?.stop()]));

  /** A session whose row names this proxy, on an engine that may reach these networks besides public ones. */
  const session = (proxyUrl: string, allowedCidrs: readonly string[] = ['127.0.0.1/32']) => {
    const quiet = () => undefined;
    const engine = createBaileysEngine({
      logger: { debug: quiet, warn: quiet },
      simulator: checkSimulator(world.simulator),
      proxyGuard: { allowedCidrs },
      now: Date.now,
      monotonicNow: world.monotonicNow,
    });
    return testSession(world.tables, engine, { openProxyUrl: async () => proxyUrl });
  };

  it.each([
    ['http', () => httpProxy, '491510000101'],
    ['socks5', () => socksProxy, '491510000102'],
  ])('links through a proxy of %s', async (scheme, proxyOf, phone) => {
    const proxy = proxyOf();
    const { machine, events, row } = await session(`${scheme}://${testProxyUser}@127.0.0.1:${proxy.port}`);
    await world.control('POST', '/phones', { phone });
    await machine.reconcile();
    const shown = await waitFor('a QR', () => events.find(({ type }) => type === 'qr.updated'));
    await world.control('POST', `/phones/${phone}/scan`, { qr: shown.data.qr });
    await waitFor('the connection', async () => (await row()).status === 'connected');
    // One socket to link, one to log in; none of them went past the proxy.
    const { host } = new URL(world.simulator.url);
    expect(proxy.tunnels).toEqual([
      { target: host, user: 'ann' },
      { target: host, user: 'ann' },
    ]);
    await machine.stop();
  });

  it.each([
    ['proxy_forbidden', () => `http://127.0.0.1:${httpProxy.port}`, []],
    ['proxy_forbidden', () => 'socks5://169.254.170.2:80', ['127.0.0.1/32']],
    ['proxy_refused', () => `http://ann:wrong@127.0.0.1:${httpProxy.port}`, undefined],
    ['proxy_refused', () => `socks5://ann:wrong@127.0.0.1:${socksProxy.port}`, undefined],
    ['proxy_unreachable', () => 'http://127.0.0.1:9', undefined],
    ['proxy_unreachable', () => 'socks5://no-such-host.invalid:1080', undefined],
  ])('says %s, dials nothing past it and waits before it tries again (%#)', async (reason, urlOf, allowedCidrs) => {
    const before = [httpProxy.tunnels.length, socksProxy.tunnels.length];
    const { logins } = await world.control('GET', '/stats');
    const { machine, events, row } = await session(urlOf(), allowedCidrs);
    await machine.reconcile();
    await waitFor('the reason', async () => (await row()).statusReason === reason);
    expect(await row()).toMatchObject({ status: 'starting', statusHistory: [{ status: 'starting', reason }] });
    // The row is written first and told of then.
    const changes = await waitFor('the event', () => {
      const told = events.filter(({ type }) => type === 'status.change');
      return told.length > 0 && told;
    });
    expect(changes.map(({ data }) => data.reason)).toEqual([reason]);
    expect(JSON.stringify(events)).not.toMatch(/127\.0\.0\.1|wrong|169\.254/);
    expect([httpProxy.tunnels.length, socksProxy.tunnels.length]).toEqual(before);
    expect((await world.control('GET', '/stats')).logins).toBe(logins);
    await machine.stop();
  });
});
