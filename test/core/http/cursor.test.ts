import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCursors } from '../../../core/http/cursor.ts';

const cursors = createCursors(async () => Buffer.alloc(32, 1));
const refused = { code: 'CURSOR_INVALID', status: 400 };

describe('cursors', () => {
  it('gives back the position', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1 }), async (position) => {
        expect(await cursors.open('a', await cursors.seal('a', position))).toBe(position);
      }),
    );
  });

  it('is refused when any byte was changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 1 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (text, at, flip) => {
          const bytes = Buffer.from(await cursors.seal('a', text), 'base64url');
          bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ flip;
          await expect(cursors.open('a', bytes.toString('base64url'))).rejects.toMatchObject(refused);
        },
      ),
    );
  });

  it('is refused for another list, under another key and in another writing', async () => {
    const cursor = await cursors.seal('usr_1/sessions', 'SESSION#ses_1');
    await expect(cursors.open('usr_2/sessions', cursor)).rejects.toMatchObject(refused);
    const others = createCursors(async () => Buffer.alloc(32, 2));
    await expect(others.open('usr_1/sessions', cursor)).rejects.toMatchObject(refused);
    for (const text of ['', 'A', `${cursor}=`, `${cursor} `, cursor.slice(0, -1), 'not a cursor']) {
      await expect(cursors.open('usr_1/sessions', text)).rejects.toMatchObject(refused);
    }
  });
});
