import { chatIdOf } from '../../core/directory/chat-id.ts';
import { notFound } from '../../core/http/not-found.ts';
import type { Identity } from '../../core/identity.ts';
import { parseRecipient } from '../../core/messages/recipient.ts';
import type { OptOut } from '../../core/opt-outs/opt-out.ts';
import type { OptOutRepository } from '../../core/opt-outs/opt-out-repository.ts';
import { type BoundOperation, bind, bindList } from '../shared/operation.ts';
import { callRequest, type DirectoryParts, listOfSession } from './directory-parts.ts';
import { optOutOperations } from './opt-out-operations.ts';

export interface OptOutParts extends DirectoryParts {
  readonly optOuts: OptOutRepository;
}

export function optOutBindings(parts: OptOutParts): BoundOperation[] {
  const { optOuts, now } = parts;
  return [
    bindList(optOutOperations.list, (request) =>
      listOfSession(request, parts, {
        name: 'opt-outs',
        read: (tenantId, sessionId, page) => optOuts.list({ tenantId, sessionId }, page),
        present,
      }),
    ),
    bind(optOutOperations.add, async (request) => {
      const place = callRequest(request);
      const contact = await findPerson(place, request.path('contactId'), parts);
      const before = await optOuts.find(place, contact);
      if (before !== undefined) return { data: present(before) };
      const added: OptOut = { contact, source: 'api', at: new Date(now()).toISOString() };
      await optOuts.put(place, added);
      return { data: present(added) };
    }),
    bind(optOutOperations.remove, async (request) => {
      const place = callRequest(request);
      const contact = await findPerson(place, request.path('contactId'), parts);
      await optOuts.remove(place, contact);
      return { data: { contact, deleted: true as const } };
    }),
  ];
}

/** A person by any form of the address, with the other form as far as this session has seen it. */
async function findPerson(
  { tenantId, sessionId }: { readonly tenantId: string; readonly sessionId: string },
  contactId: string,
  { sessions, findAlternate }: DirectoryParts,
): Promise<Identity> {
  const named = parseRecipient(contactId, '/contactId');
  const [session, alternate] = await Promise.all([
    sessions.find(tenantId, sessionId),
    findAlternate(tenantId, sessionId, named.id),
  ]);
  if (session === undefined) throw notFound('session');
  if (alternate === undefined) return named;
  if (named.lid !== null) return { ...named, phone: `+${alternate.slice(0, alternate.indexOf('@'))}` };
  const id = chatIdOf(named.id, alternate);
  return { ...named, id, lid: id };
}

function present({ contact: { id, phone, lid, name }, source, at }: OptOut) {
  return { contact: { id, phone, lid, name }, source, at };
}
