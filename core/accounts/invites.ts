import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { newId } from '../ids.ts';
import { isConditionFailed } from '../storage/condition-failed.ts';
import { type Page, queryPage } from '../storage/query-page.ts';
import type { Table } from '../storage/table.ts';
import { tableKeys, timeToLiveAttribute } from '../storage/table-keys.ts';
import type { Invite } from './invite.ts';
import { newOneTimeToken } from './one-time-token.ts';

/** Invites as an administrator sees them: made, listed, taken back. */
export interface Invites {
  create(wish: InviteWish): Promise<{ readonly invite: Invite; readonly token: string }>;
  /** Newest first, used and expired ones too for as long as they are kept. */
  list(page: { readonly limit: number; readonly after?: string }): Promise<Page<Invite>>;
  /** False when there is no such invite. */
  delete(inviteId: string): Promise<boolean>;
}

export interface InviteWish {
  /** Made when it is not given. An invite of this id that is there already is replaced: nobody has seen its token. */
  readonly inviteId?: string;
  readonly createdBy: string;
  readonly lifeHours: number;
  /** The one address that may use it. */
  readonly email?: string;
}

export interface InvitesOptions extends Table {
  readonly now?: () => number;
}

/** After its end, so that an administrator can see what became of it. */
const keptSeconds = 30 * 86_400;

/** @example const { token } = await createInvites({ dynamodb, tableName }).create({ createdBy: userId, lifeHours: 168 }) */
export function createInvites(options: InvitesOptions): Invites {
  const { dynamodb, tableName } = options;
  const now = options.now ?? Date.now;
  return {
    create: async ({ inviteId = newId('inv'), createdBy, lifeHours, email }) => {
      const { token, hash } = newOneTimeToken('invite', inviteId);
      const expiresAtMs = now() + lifeHours * 3_600_000;
      const invite: Invite = {
        inviteId,
        secretHash: hash,
        ...(email === undefined ? {} : { email: email.toLowerCase() }),
        createdBy,
        createdAt: new Date(now()).toISOString(),
        expiresAt: new Date(expiresAtMs).toISOString(),
      };
      const goneAt = { [timeToLiveAttribute]: Math.ceil(expiresAtMs / 1_000) + keptSeconds };
      await dynamodb.send(
        new PutCommand({ TableName: tableName, Item: { ...tableKeys.invite(inviteId), ...invite, ...goneAt } }),
      );
      return { invite, token };
    },
    list: (page) => queryPage<Invite>({ dynamodb, tableName, key: tableKeys.invite(''), newestFirst: true, ...page }),
    delete: (inviteId) => deleteInvite(options, inviteId),
  };
}

async function deleteInvite({ dynamodb, tableName }: Table, inviteId: string): Promise<boolean> {
  try {
    await dynamodb.send(
      new DeleteCommand({
        TableName: tableName,
        Key: tableKeys.invite(inviteId),
        ConditionExpression: 'attribute_exists(pk)',
      }),
    );
    return true;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return false;
  }
}
