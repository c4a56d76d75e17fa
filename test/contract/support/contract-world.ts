import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createInvites } from '../../../core/accounts/invites.ts';
import { makeAdministrator } from '../../../core/accounts/make-administrator.ts';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import { buildDocument, type OpenApiDocument, type OpenApiOperation } from '../../../lib/openapi/build-document.ts';
import { type DocumentedOperation, loadApi } from '../../../lib/openapi/load-operations.ts';
import { writeSite } from '../../../lib/openapi/write-site.ts';
import {
  type Answer,
  type CallOptions,
  startTestApi,
  type TestAccount,
  type TestApi,
} from '../../lambdas/api/support/test-api.ts';

import { addDelivery } from './delivery-rows.ts';

/** An operation as the code has it and as the document has it. */
export interface WalkedOperation {
  readonly name: string;
  readonly operation: DocumentedOperation;
  readonly documented: OpenApiOperation;
  /** Names of the path variables. */
  readonly variables: readonly string[];
}

/** Things of one account that paths can name, by the name of the path variable. */
export type Ids = Readonly<Record<string, string>> & { readonly sessionKey: string };

/** Ids of the right form that nothing has. */
export const unknownIds: Readonly<Record<string, string>> = {
  sessionId: 'ses_01k00000000000000000000000',
  webhookId: 'wh_01k00000000000000000000000',
  keyId: 'key_01k00000000000000000000000',
  userId: 'usr_01k00000000000000000000000',
  inviteId: 'inv_01k00000000000000000000000',
  recoveryId: 'rec_01k00000000000000000000000',
  deliveryId: 'dlv_01k00000000000000000000000',
  messageId: '3EB0000000000000000000',
  chatId: '100000000000000@lid',
  contactId: '100000000000000@lid',
  groupId: '120363000000000000@g.us',
  mediaId: 'med_01k00000000000000000000000',
};

export const document: OpenApiDocument = buildDocument(await loadApi());

/** Every operation of the document. */
export const walked: readonly WalkedOperation[] = (await loadApi()).operations.map((operation) => {
  const documented = document.paths[operation.path]?.[operation.method.toLowerCase()];
  if (documented === undefined) throw new Error(`${operation.id} is not in the document.`);
  const variables = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return { name: `${operation.method} ${operation.path}`, operation, documented, variables };
});

/** The path with its variables filled in. Throws when there is no value: then this support has to learn to make one. */
export function fillPath(path: string, values: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`Teach test/contract/support/contract-world.ts to make a ${name}.`);
    return encodeURIComponent(value);
  });
}

/** The real handlers, and accounts that call them. */
export class ContractWorld {
  readonly api: TestApi;
  readonly owner: TestAccount;
  readonly stranger: TestAccount;
  readonly administratorToken: string;

  private constructor(api: TestApi, owner: TestAccount, stranger: TestAccount, administratorToken: string) {
    this.api = api;
    this.owner = owner;
    this.stranger = stranger;
    this.administratorToken = administratorToken;
  }

  static async start(): Promise<ContractWorld> {
    await writeSite();
    const api = await startTestApi();
    const [owner, stranger, token] = await Promise.all([api.newAccount(), api.newAccount(), administrator(api)]);
    return new ContractWorld(api, owner, stranger, token);
  }

  stop(): Promise<void> {
    return this.api.stop();
  }

  /** The best credential that an account has for an operation. */
  credential({ access }: DocumentedOperation, account: TestAccount = this.owner): CallOptions {
    if (access === 'open') return {};
    if (access === 'admin') return { token: this.administratorToken };
    return access === 'login' ? { token: account.token } : { key: account.key };
  }

  call({ operation }: WalkedOperation, path: string, options: CallOptions): Promise<Answer> {
    return this.api.call(operation.method, path, options);
  }

  /** One of everything, all new. The session is linked and on its way back, so that no operation waits for a connector. */
  async newIds(account: TestAccount = this.owner): Promise<Ids> {
    const { key, token } = account;
    const webhook = { url: 'http://127.0.0.1:4000/hook', events: ['*'] };
    const { sessionId, apiKey, webhook: made } = await this.#make('/sessions', { key, body: { name: 'S', webhook } });
    await this.#connect(account.userId, sessionId);
    const message = await this.#make(`/sessions/${sessionId}/messages`, {
      key,
      body: { to: '+491510000001', text: 'Hello' },
    });
    await this.#meet(account.userId, sessionId, message.messageId);
    const media = await this.#make(`/sessions/${sessionId}/media`, { key, body: { mimeType: 'image/png', size: 10 } });
    const deliveries = { dynamodb: this.api.aws.clients.document, tableName: this.api.aws.tables.deliveries };
    const sent = await addDelivery(deliveries, { tenantId: account.userId, sessionId, webhookId: made.id });
    const { keyId } = await this.#make('/auth/api-keys', { token, body: { name: 'K' } });
    const { userId } = await this.api.newAccount();
    const { invite } = await createInvites(this.#control).create({ createdBy: userId, lifeHours: 1 });
    return {
      sessionId,
      sessionKey: apiKey,
      webhookId: made.id,
      ...sent,
      messageId: message.messageId,
      chatId: '491510000001@s.whatsapp.net',
      contactId: '491510000001@s.whatsapp.net',
      groupId: '120363012345678901@g.us',
      mediaId: media.id,
      keyId,
      userId,
      inviteId: invite.inviteId,
    };
  }

  /** What a connector would have written: the message is sent, and a contact, a group and the bytes of a medium are known. */
  async #meet(tenantId: string, sessionId: string, messageId: string): Promise<void> {
    const { document: dynamodb } = this.api.aws.clients;
    const TableName = this.api.aws.tables.messages;
    const at = new Date().toISOString();
    const person = { id: '491510000001@s.whatsapp.net', phone: '+491510000001', lid: null, name: 'Ada Customer' };
    const groupId = '120363012345678901@g.us';
    const settings = { description: null, owner: null, announce: false, locked: false, disappearingSeconds: null };
    await Promise.all([
      dynamodb.send(
        new UpdateCommand({
          TableName,
          Key: tableKeys.message(tenantId, sessionId, messageId),
          UpdateExpression: 'SET #status = :sent, sentAt = :at',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':sent': 'sent', ':at': at },
        }),
      ),
      dynamodb.send(
        new PutCommand({
          TableName,
          Item: { ...tableKeys.contact(tenantId, sessionId, person.id), ...person, pushName: 'Ada', updatedAt: at },
        }),
      ),
      dynamodb.send(
        new PutCommand({
          TableName,
          Item: {
            ...tableKeys.group(tenantId, sessionId, groupId),
            ...{ groupId, subject: 'Friends', ...settings, createdAt: at, updatedAt: at },
            participants: [{ ...person, role: 'admin' }],
          },
        }),
      ),
    ]);
  }

  get #control() {
    return { dynamodb: this.api.aws.clients.document, tableName: this.api.aws.tables.control };
  }

  async #connect(tenantId: string, sessionId: string): Promise<void> {
    await this.#control.dynamodb.send(
      new UpdateCommand({
        TableName: this.#control.tableName,
        Key: tableKeys.session(tenantId, sessionId),
        UpdateExpression: 'SET #status = :reconnecting, phone = :phone',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':reconnecting': 'reconnecting', ':phone': '491510000002' },
      }),
    );
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers of several shapes
  async #make(path: string, options: CallOptions): Promise<any> {
    const answer = await this.api.call('POST', path, options);
    if (answer.status >= 300) throw new Error(`POST ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body.data;
  }
}

async function administrator(api: TestApi): Promise<string> {
  const table = { dynamodb: api.aws.clients.document, tableName: api.aws.tables.control };
  const email = 'root@example.com';
  const password = 'a long password of an administrator';
  const { resetToken } = await makeAdministrator(table, { email, name: 'Root', nowMs: Date.now() });
  const confirmed = await api.call('POST', '/auth/password-reset/confirm', { body: { token: resetToken, password } });
  if (confirmed.status !== 200) throw new Error(JSON.stringify(confirmed.body));
  return (await api.call('POST', '/auth/login', { body: { email, password } })).body.data.token;
}
