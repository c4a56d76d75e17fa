import type * as z from 'zod/mini';
import type { Call } from '../../core/calls/call.ts';
import type { Group } from '../../core/directory/group.ts';
import { type CallRequest, callConnector } from './call-connector.ts';
import type { DirectoryParts } from './directory-parts.ts';
import type { changeGroupBody } from './schemas.ts';

type GroupChange = Extract<Call, { readonly kind: 'group.subject' | 'group.description' | 'group.settings' }>;

/**
 * Changes what the body names, one thing after the other, and gives the group as it is then. WhatsApp has no transaction: when one is
 * refused, those before it stay. Throws what `callConnector` throws.
 */
export async function changeGroup(
  request: CallRequest,
  groupId: string,
  body: z.output<typeof changeGroupBody>,
  parts: DirectoryParts,
): Promise<Group> {
  let group: Group | undefined;
  for (const call of changesOf(groupId, body)) group = await callConnector(request, call, parts);
  if (group === undefined) throw new Error('The schema lets no empty change through.');
  return group;
}

function changesOf(groupId: string, body: z.output<typeof changeGroupBody>): GroupChange[] {
  const { subject, description, announce, locked, disappearingSeconds } = body;
  const settings = {
    ...(announce === undefined ? {} : { announce }),
    ...(locked === undefined ? {} : { locked }),
    ...(disappearingSeconds === undefined ? {} : { disappearingSeconds }),
  };
  return [
    ...(subject === undefined ? [] : [{ kind: 'group.subject', groupId, subject } as const]),
    ...(description === undefined ? [] : [{ kind: 'group.description', groupId, description } as const]),
    ...(Object.keys(settings).length === 0 ? [] : [{ kind: 'group.settings', groupId, ...settings } as const]),
  ];
}
