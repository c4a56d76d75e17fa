import { createHmac, timingSafeEqual } from 'node:crypto';
import { WharfError } from '../wharf-error.ts';

export interface Cursors {
  /** Opaque text for the place after `position` in a list. `list` names tenant and list, so that a cursor fits no other one. */
  seal(list: string, position: string): Promise<string>;
  /** The position inside a cursor. Throws `CURSOR_INVALID` when it was altered or belongs to another list. */
  open(list: string, cursor: string): Promise<string>;
}

/** 128 bits: a cursor grants nothing beyond its own list, so that this is ample. */
const macBytes = 16;

/**
 * Signed cursors for lists. The place is readable for who decodes it (it is the id of the last item shown), but not changeable.
 *
 * @example await createCursors(key).seal(`${tenantId}/sessions`, 'SESSION#ses_…')
 */
export function createCursors(signingKey: () => Promise<Uint8Array>): Cursors {
  const sign = async (list: string, position: string) =>
    createHmac('sha256', await signingKey())
      .update(JSON.stringify([list, position]))
      .digest()
      .subarray(0, macBytes);
  return {
    seal: async (list, position) =>
      Buffer.concat([await sign(list, position), Buffer.from(position)]).toString('base64url'),
    open: async (list, cursor) => {
      const bytes = Buffer.from(cursor, 'base64url');
      const position = bytes.subarray(macBytes).toString();
      const isCanonical = bytes.length > macBytes && bytes.toString('base64url') === cursor;
      if (!isCanonical || !timingSafeEqual(bytes.subarray(0, macBytes), await sign(list, position))) {
        throw new WharfError('CURSOR_INVALID', { detail: 'Start again without a cursor.' });
      }
      return position;
    },
  };
}
