import type { Identity } from '../../core/identity.ts';
import type { OptOutRepository, SessionPlace } from '../../core/opt-outs/opt-out-repository.ts';
import { WharfError } from '../../core/wharf-error.ts';

/** Throws `RECIPIENT_OPTED_OUT` when the person asked for no more messages. Groups, channels and status posts are nobody in particular. */
export async function requireWanted(
  { tenantId, sessionId }: SessionPlace,
  { chat }: { readonly chat: Identity },
  { optOuts }: { readonly optOuts: Pick<OptOutRepository, 'has'> },
): Promise<void> {
  if (chat.phone === null && chat.lid === null) return;
  if (!(await optOuts.has({ tenantId, sessionId }, chat))) return;
  throw new WharfError('RECIPIENT_OPTED_OUT', {
    detail: 'This person asked this session for no more messages. Take them off the list only when they ask for it.',
  });
}
