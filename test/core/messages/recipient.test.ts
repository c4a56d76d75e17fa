import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRecipient } from '../../../core/messages/recipient.ts';
import { WharfError } from '../../../core/wharf-error.ts';

describe('recipients', () => {
  it.each([
    ['+49 1510 000001', '491510000001@s.whatsapp.net', '+491510000001', null],
    ['491510000001@s.whatsapp.net', '491510000001@s.whatsapp.net', '+491510000001', null],
    [' 81234567@lid ', '81234567@lid', null, '81234567@lid'],
    ['120363012345678901@g.us', '120363012345678901@g.us', null, null],
    ['120363012345678901@newsletter', '120363012345678901@newsletter', null, null],
    ['status', 'status@broadcast', null, null],
    ['491510000001-1390000000@g.us', '491510000001-1390000000@g.us', null, null],
  ])('reads %j', (to, id, phone, lid) => {
    expect(parseRecipient(to)).toEqual({ id, phone, lid, name: null });
  });

  it('refuses everything else in words that do not quote it', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 60 }),
        fc.constantFrom('', '@g.us', '@lid', '@s.whatsapp.net', '@x'),
        (head, tail) => {
          try {
            expect(parseRecipient(head + tail).id).toMatch(
              /^(?:[1-9]\d{6,14}@s\.whatsapp\.net|\d{5,20}@lid|[\d-]+@g\.us)$/,
            );
          } catch (error) {
            expect(error).toBeInstanceOf(WharfError);
            expect((error as WharfError).code).toBe('RECIPIENT_INVALID');
          }
        },
      ),
    );
  });
});
