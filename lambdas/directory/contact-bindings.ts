import type { Contact } from '../../core/directory/contact.ts';
import { notFound } from '../../core/http/not-found.ts';
import type { Identity } from '../../core/identity.ts';
import { parsePhone } from '../../core/phone.ts';
import { WharfError } from '../../core/wharf-error.ts';
import { type BoundOperation, bind, bindList } from '../shared/operation.ts';
import { callConnector } from './call-connector.ts';
import { callRequest, type DirectoryParts, listOfSession } from './directory-parts.ts';
import { contactOperations } from './operations.ts';

const phonesMax = 50;

export function contactBindings(parts: DirectoryParts): BoundOperation[] {
  return [
    bindList(contactOperations.list, (request) =>
      listOfSession(request, parts, { name: 'contacts', read: parts.directory.contacts, present: presentContact }),
    ),
    bindList(contactOperations.check, async (request) => {
      const call = { kind: 'contact.check', phones: readPhones(request.query.phones) } as const;
      return { data: [...(await callConnector(callRequest(request), call, parts))] };
    }),
    bind(contactOperations.get, async (request) => ({
      data: await findIdentity(callRequest(request), request.path('contactId'), parts),
    })),
    bind(contactOperations.profile, async (request) => ({
      data: await callConnector(
        callRequest(request),
        { kind: 'contact.profile', contactId: request.path('contactId') },
        parts,
      ),
    })),
  ];
}

function presentContact({ id, phone, lid, name, pushName, updatedAt }: Contact) {
  return { id, phone, lid, name, pushName, updatedAt };
}

/** The digits of the numbers asked. Throws `RECIPIENT_INVALID` for one that cannot be a number. */
function readPhones(text: string): string[] {
  const written = text.split(',').filter((phone) => phone.trim() !== '');
  const phones = written.map(parsePhone);
  const wrong = phones.indexOf(undefined);
  if (wrong < 0 && phones.length > 0 && phones.length <= phonesMax) return phones as string[];
  throw new WharfError('RECIPIENT_INVALID', {
    detail: `Name up to ${phonesMax} numbers with their country codes, separated by commas.`,
    errors: [{ pointer: '/phones', message: wrong < 0 ? 'None, or too many.' : `Number ${wrong + 1} is none.` }],
  });
}

/** Both forms of an address, as far as this session has seen them. Throws `NOT_FOUND` for one that it never met. */
async function findIdentity(
  { tenantId, sessionId }: { readonly tenantId: string; readonly sessionId: string },
  contactId: string,
  { sessions, directory, findAlternate }: DirectoryParts,
): Promise<Identity> {
  const [session, alternate] = await Promise.all([
    sessions.find(tenantId, sessionId),
    findAlternate(tenantId, sessionId, contactId),
  ]);
  if (session === undefined) throw notFound('session');
  const forms = [contactId, ...(alternate === undefined ? [] : [alternate])];
  const rows = await Promise.all(forms.map((form) => directory.contact(tenantId, sessionId, form)));
  const row = rows.find((each) => each !== undefined);
  if (row === undefined && alternate === undefined) throw notFound('contact');
  const lid = forms.find((form) => form.endsWith('@lid')) ?? null;
  const phoneForm = forms.find((form) => form.endsWith('@s.whatsapp.net'));
  const phone = phoneForm === undefined ? null : `+${phoneForm.slice(0, phoneForm.indexOf('@'))}`;
  return { id: lid ?? contactId, phone: phone ?? row?.phone ?? null, lid, name: row?.name ?? row?.pushName ?? null };
}
