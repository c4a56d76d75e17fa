import type { Identity } from '../../core/identity.ts';
import { parseRecipient, statusChatId } from '../../core/messages/recipient.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { SendBody } from './send-schemas.ts';

/** Who may see a status post, as chat ids; undefined for every other message. Throws `VALIDATION_FAILED` and `RECIPIENT_INVALID`. */
export function audienceOfBody({ audience }: SendBody, chat: Identity): string[] | undefined {
  const isStatus = chat.id === statusChatId;
  if (isStatus === (audience !== undefined)) {
    return audience?.map((name, index) => parseRecipient(name, `/audience/${index}`).id);
  }
  const message = isStatus ? 'A status post needs to know who may see it.' : 'Only a status post has an audience.';
  throw new WharfError('VALIDATION_FAILED', {
    detail: `/audience: ${message}`,
    errors: [{ pointer: '/audience', message }],
  });
}
