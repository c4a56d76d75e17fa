import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkWebhookUrl } from '../../../../core/webhooks/guard/check-webhook-url.ts';
import { createGuardedAgent, type GuardedAgent } from '../../../../core/webhooks/guard/guarded-agent.ts';
import { guardedRequest } from '../../../../core/webhooks/guard/guarded-request.ts';
import { forbiddenHosts, forbiddenNames, publicHosts } from './support/address-forms.ts';
import { LocalSink, resolveFromTable, sinkCertificate } from './support/local-sink.ts';

const forbidden = [...forbiddenHosts, ...Object.keys(forbiddenNames)];

describe.each(['http:', 'https:'] as const)('the guard over %s', (protocol) => {
  let sink: LocalSink;
  let agent: GuardedAgent;

  beforeAll(async () => {
    sink = await LocalSink.start(protocol);
    agent = createGuardedAgent({
      allowedCidrs: [],
      plainHttp: 'public',
      resolve: resolveFromTable,
      dial: sink.dial,
      certificateAuthorities: [sinkCertificate],
    });
  });

  afterAll(async () => {
    agent.destroy();
    await sink.stop();
  });

  it('has at least 60 forbidden and 10 public forms to judge', () => {
    expect(forbidden.length).toBeGreaterThanOrEqual(60);
    expect(publicHosts.length).toBeGreaterThanOrEqual(10);
  });

  it.each(forbidden)('does not connect to %s', async (host) => {
    const before = sink.connections;
    const outcome = await guardedRequest(agent, { url: `${protocol}//${host}/hook`, method: 'GET', headers: {} });
    expect(outcome).toMatchObject({ kind: 'failure', errorKind: 'blocked', blame: 'receiver' });
    expect(sink.connections).toBe(before);
  });

  it.each(publicHosts)('reaches %s', async (host) => {
    const before = sink.requests;
    const outcome = await guardedRequest(agent, { url: `${protocol}//${host}/hook`, method: 'GET', headers: {} });
    expect(outcome).toMatchObject({ kind: 'answer', statusCode: 200 });
    expect(sink.requests).toBe(before + 1);
  });
});

describe('checkWebhookUrl', () => {
  const options = { allowedCidrs: [], resolve: resolveFromTable };

  it.each(forbidden)('refuses %s', async (host) => {
    await expect(checkWebhookUrl(`https://${host}/hook`, options)).rejects.toMatchObject({
      code: 'WEBHOOK_URL_FORBIDDEN',
    });
  });

  it.each(publicHosts)('takes %s', async (host) => {
    await expect(checkWebhookUrl(`https://${host}/hook`, options)).resolves.toBeUndefined();
  });
});
