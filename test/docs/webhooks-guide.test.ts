import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sentEvent, statusEvent } from '../../connector/commands/message-events.ts';
import type { EventEnvelope } from '../../core/events/event.ts';
import { eventTypes } from '../../core/events/event.ts';
import type { Message } from '../../core/messages/message.ts';
import { quotaEvents } from '../../core/quotas/index.ts';
import { deliveryStates } from '../../core/webhooks/delivery-state.ts';
import { judgeHeaders } from '../../core/webhooks/webhook-headers.ts';
import { retryStepsSeconds } from '../../lambdas/deliver/retry-schedule.ts';
import { tellTenant } from '../../lambdas/deliver/tell-tenant.ts';
import { exampleBody, shapeOf } from '../../lib/webhook-guide/events-section.ts';
import { projectFolder } from './support/guide-blocks.ts';

const guide = await readFile(join(projectFolder, 'docs/webhooks.md'), 'utf8');

/** Cells of the rows of the table below a heading. */
function tableBelow(header: string): string[][] {
  const lines = guide
    .slice(guide.indexOf(`| ${header} |`))
    .split('\n')
    .slice(2);
  const rows = lines.slice(0, lines.indexOf(''));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function seconds(text: string): number {
  const units: Record<string, number> = { s: 1, min: 60, h: 3_600 };
  return [...text.matchAll(/(\d+) (s|min|h)/g)].reduce((sum, [, n, unit = '']) => sum + Number(n) * units[unit]!, 0);
}

describe('the guide of webhooks', () => {
  it('has the schedule of the code in its table', () => {
    const rows = tableBelow('Attempt');
    expect(rows.map(([number]) => Number(number))).toEqual(rows.map((_, index) => index + 1));
    expect(rows.slice(1).map(([, step = '']) => seconds(step))).toEqual(retryStepsSeconds);
    const sums = retryStepsSeconds.map((_, index) => retryStepsSeconds.slice(0, index + 1).reduce((a, b) => a + b, 0));
    // The first five seconds are nobody's concern after an hour.
    for (const [index, [, , since = '']] of rows.slice(1).entries()) {
      expect(Math.abs(seconds(since) - sums[index]!)).toBeLessThan(6);
    }
  });

  it('names every state of a delivery, and every header that Wharf sets', async () => {
    expect(tableBelow('Status').map(([name]) => name)).toEqual(deliveryStates.map((state) => `\`${state}\``));
    const signer = await readFile(join(projectFolder, 'lambdas/deliver/signed-shipment.ts'), 'utf8');
    const set = [...signer.matchAll(/'((?:webhook|content|user|x)-[a-z-]+)'(?=:)/g)].map(([, name]) => `\`${name}\``);
    expect(set.length).toBeGreaterThan(5);
    expect(
      tableBelow('Header')
        .map(([name]) => name)
        .sort(),
    ).toEqual(set.sort());
  });

  it('names families of headers that cannot be set', () => {
    const [, listed = ''] = /^- `headers` go along.*? in all\. (.*?) and what HTTP/m.exec(guide) ?? [];
    const names = [...listed.matchAll(/`([a-z-]+)(\*?)`/g)].map(([, name, star]) => (star === '*' ? `${name}a` : name));
    expect(names.length).toBeGreaterThan(6);
    for (const name of names) expect(judgeHeaders({ [name as string]: 'a' }), name).toContain('cannot be set');
  });

  it.each(eventTypes)('shows %s as its shape says', (type) => {
    const { data, example } = shapeOf(type);
    expect(data.safeParse(example).error?.issues).toBeUndefined();
    expect(guide).toContain(JSON.stringify(exampleBody(type), undefined, 2));
  });
});

describe('events as the code makes them', () => {
  const session = { tenantId: 'usr_1', sessionId: 'ses_1', metadata: {} };
  const fits = ({ type, data }: EventEnvelope) => {
    const wire = JSON.parse(JSON.stringify(data));
    expect(shapeOf(type).data.safeParse(wire).error?.issues, type).toBeUndefined();
  };
  const message = {
    ...{ tenantId: 'usr_1', sessionId: 'ses_1', messageId: '3EB0', direction: 'outbound' },
    chat: { id: '4915@s.whatsapp.net', phone: '+4915', lid: null, name: null },
    content: { type: 'text', text: 'x' },
    ...{ status: 'sent', createdAt: '2026-11-22T09:30:00.000Z', updatedAt: '2026-11-22T09:30:00.000Z' },
    expiresAtSeconds: 0,
  } as Message;

  it('fit the shapes of the guide: messages', () => {
    fits(sentEvent(message, session));
    for (const status of ['delivered', 'read', 'played', 'failed'] as const) {
      fits(statusEvent(message, session, status, '2026-11-22T09:30:00.000Z'));
    }
  });

  it('fit the shapes of the guide: quotas', () => {
    const state = { quota: 'messages', limit: 10, used: 10, resetsAt: '2026-11-23T00:00:00.000Z' } as const;
    const events = quotaEvents({ ...session, before: 0, state, atMs: 0 });
    expect(events.map(({ type }) => type)).toEqual(['quota.warning', 'quota.exceeded']);
    events.forEach(fits);
  });

  it('fit the shapes of the guide: webhooks', async () => {
    const told: EventEnvelope[] = [];
    const publish = async (event: EventEnvelope) => void told.push(event);
    const about = {
      webhook: { tenantId: 'usr_1', webhookId: 'wh_1' },
      delivery: { sessionId: 'ses_1', eventType: 'message.sent' },
    };
    const since = '2026-11-22T09:30:00.000Z';
    for (const [type, details] of [
      ['webhook.failing', { failingSince: since, disablesAt: since }],
      ['webhook.recovered', { failingSince: since }],
      ['webhook.exhausted', { attempts: 10 }],
      ['webhook.disabled', { reason: 'gone' }],
    ] as const) {
      await tellTenant(type, { ...about, details } as unknown as Parameters<typeof tellTenant>[1], {
        publish,
        now: () => 0,
      });
    }
    expect(told).toHaveLength(4);
    told.forEach(fits);
  });
});
