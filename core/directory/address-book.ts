import { readItem, type Table } from '../storage/table.ts';
import { tableKeys } from '../storage/table-keys.ts';

/** One direction of a pair of addresses; the connector writes both when WhatsApp tells them. */
export interface AddressRow {
  /** `491510000001@s.whatsapp.net` or `81234@lid`, without a device. */
  readonly address: string;
  readonly alternate: string;
  readonly updatedAt: string;
}

/** The other form of an address, if WhatsApp has told it. */
export type FindAlternate = (tenantId: string, sessionId: string, address: string) => Promise<string | undefined>;

/** @example await createAddressBook({ dynamodb, tableName })(tenantId, sessionId, '81234@lid') // '491510000001@s.whatsapp.net' */
export function createAddressBook(messages: Table): FindAlternate {
  return async (tenantId, sessionId, address) => {
    const row = await readItem<AddressRow>(messages, tableKeys.alternateAddress(tenantId, sessionId, address));
    return row?.alternate;
  };
}
