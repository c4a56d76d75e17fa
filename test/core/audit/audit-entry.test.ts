import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundNote } from '../../../core/audit/audit-entry.ts';

describe('boundNote', () => {
  it('cleans and cuts what comes from outside', () => {
    const note = boundNote({
      tenantId: 'usr_a',
      action: 'login.succeeded',
      actor: { kind: 'user', id: 'usr_a' },
      address: '203.0.113.7',
      userAgent: `agent\r\nlevel=fatal ${'x'.repeat(500)}`,
    });
    expect(note.userAgent).toHaveLength(256);
    expect(note.userAgent).toMatch(/^agentlevel=fatal x/);
    expect(note).not.toHaveProperty('details');
  });

  it('keeps every entry below 4 kB of characters, whatever it is given', () => {
    const text = fc.string({ maxLength: 2_000 });
    fc.assert(
      fc.property(text, text, text, fc.dictionary(text, text, { maxKeys: 30 }), (id, address, userAgent, details) => {
        const note = boundNote({
          tenantId: 'usr_a',
          action: 'api_key.created',
          actor: { kind: 'account-key', id },
          subjectId: id,
          requestId: id,
          address,
          userAgent,
          details,
        });
        expect(Object.keys(note.details ?? {}).length).toBeLessThanOrEqual(10);
        const characters = [...Object.values(note), ...Object.entries(note.details ?? {}).flat()];
        expect(characters.filter((value) => typeof value === 'string').join('').length).toBeLessThan(4_096);
      }),
    );
  });
});
