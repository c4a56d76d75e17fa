import type { WalkedOperation } from './contract-world.ts';

/** Queries that cannot be left out, by operation. */
const needed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  listMessages: { chatId: '491510000001@s.whatsapp.net' },
  checkContacts: { phones: '+491510000001,+491510000002' },
};

/** The path with the query that an operation cannot do without. */
export function withNeededQuery({ operation }: WalkedOperation, path: string): string {
  const query = new URLSearchParams(needed[operation.id]).toString();
  return query === '' ? path : `${path}?${query}`;
}
