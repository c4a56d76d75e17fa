import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { deadline, isRefused } from '../storage/deadline.ts';

/** A key as it lies in the table. */
export interface StoredKey {
  readonly rev: number;
  readonly value: Uint8Array;
}

/** One conditional change. `knownRev` is the revision that must still be there, `null` for none, `undefined` when it was never read. */
export interface KeyWrite {
  readonly sk: string;
  readonly rev: number;
  readonly knownRev: number | null | undefined;
  /** Sealed value; `undefined` deletes. */
  readonly value: Uint8Array | undefined;
}

export interface KeyItemsOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly pk: string;
}

/** DynamoDB's own limits for one call. */
const batchGetMax = 100;
export const transactionMax = 100;
const batchWriteMax = 25;
/** Batches on their way at once: the 812 pre-keys of a first login in a few round trips without flooding the table. */
const batchesAtOnce = 6;
const unprocessedRoundsMax = 8;

/**
 * The calls behind a vault: consistent reads, conditional single writes, transactions, and plain batches.
 *
 * @example const items = new KeyItems({ dynamodb, tableName, pk: 'TENANT#…#SESSION#…' });
 */
export class KeyItems {
  readonly #dynamodb: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #pk: string;

  constructor({ dynamodb, tableName, pk }: KeyItemsOptions) {
    this.#dynamodb = dynamodb;
    this.#tableName = tableName;
    this.#pk = pk;
  }

  async read(names: readonly string[]): Promise<Map<string, StoredKey>> {
    const [only] = names;
    if (names.length === 1 && only !== undefined) {
      const { Item } = await this.#dynamodb.send(
        new GetCommand({ TableName: this.#tableName, Key: this.#key(only), ConsistentRead: true }),
        deadline(),
      );
      return new Map(Item === undefined ? [] : [[only, stored(Item)]]);
    }
    const pages = await Promise.all(chunk(names, batchGetMax).map((page) => this.#readPage(page)));
    return new Map(pages.flatMap((page) => [...page]));
  }

  async writeOne(write: KeyWrite): Promise<void> {
    const conditions = { ...condition(write), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
    try {
      if (write.value === undefined) {
        const input = { TableName: this.#tableName, Key: this.#key(write.sk), ...conditions };
        await this.#dynamodb.send(new DeleteCommand(input), deadline());
      } else {
        const input = { TableName: this.#tableName, Item: this.#item(write), ...conditions };
        await this.#dynamodb.send(new PutCommand(input), deadline());
      }
    } catch (error) {
      // A retry inside the SDK finds the first attempt's own write, or the absence that its own deletion left.
      if (!isRefused(error) || !isOwnWork(error, write)) throw error;
    }
  }

  async writeTogether(writes: readonly KeyWrite[], token: string): Promise<void> {
    const command = new TransactWriteCommand({
      ClientRequestToken: token,
      TransactItems: writes.map((write) =>
        write.value === undefined
          ? { Delete: { TableName: this.#tableName, Key: this.#key(write.sk), ...condition(write) } }
          : { Put: { TableName: this.#tableName, Item: this.#item(write), ...condition(write) } },
      ),
    });
    try {
      await this.#dynamodb.send(command, deadline());
    } catch (error) {
      // As with a single write. The token does not help where it is not remembered, and is forgotten after ten minutes.
      if (!isRefused(error) || !(await this.#isWritten(writes))) throw error;
    }
  }

  async writeBatches(writes: readonly KeyWrite[]): Promise<void> {
    for (const group of chunk(chunk(writes, batchWriteMax), batchesAtOnce)) {
      await Promise.all(group.map((batch) => this.#writeBatch(batch)));
    }
  }

  /** Refused when the vault was opened again since, or when the session was logged out and its keys deleted. */
  async writeCredentials(value: Uint8Array, rev: number, opening: number): Promise<void> {
    await this.#dynamodb.send(
      new UpdateCommand({
        TableName: this.#tableName,
        Key: this.#key('CREDS'),
        UpdateExpression: 'SET #value = :value, #rev = :rev',
        ConditionExpression: '#opening = :opening',
        ExpressionAttributeNames: { '#value': 'value', '#rev': 'rev', '#opening': 'opening' },
        ExpressionAttributeValues: { ':value': value, ':rev': rev, ':opening': opening },
      }),
      deadline(),
    );
  }

  /** Whether exactly these writes were the last: a transaction is done whole or not at all, and no two writes have one revision. */
  async #isWritten(writes: readonly KeyWrite[]): Promise<boolean> {
    const found = await this.read(writes.map(({ sk }) => sk));
    return writes.every(({ sk, rev, value }) => found.get(sk)?.rev === (value === undefined ? undefined : rev));
  }

  async #readPage(names: readonly string[]): Promise<Map<string, StoredKey>> {
    const found = new Map<string, StoredKey>();
    let keys = names.map((sk) => this.#key(sk));
    for (let round = 0; keys.length > 0; round++) {
      if (round === unprocessedRoundsMax) throw new Error('The keys table left reads unprocessed.');
      const input = { RequestItems: { [this.#tableName]: { Keys: keys, ConsistentRead: true } } };
      const answer = await this.#dynamodb.send(new BatchGetCommand(input), deadline());
      for (const item of answer.Responses?.[this.#tableName] ?? []) found.set(item.sk as string, stored(item));
      keys = (answer.UnprocessedKeys?.[this.#tableName]?.Keys ?? []) as typeof keys;
    }
    return found;
  }

  async #writeBatch(batch: readonly KeyWrite[]): Promise<void> {
    let requests = batch.map((write) =>
      write.value === undefined
        ? { DeleteRequest: { Key: this.#key(write.sk) } }
        : { PutRequest: { Item: this.#item(write) } },
    );
    for (let round = 0; requests.length > 0; round++) {
      if (round === unprocessedRoundsMax) throw new Error('The keys table left writes unprocessed.');
      const input = { RequestItems: { [this.#tableName]: requests } };
      const answer = await this.#dynamodb.send(new BatchWriteCommand(input), deadline());
      requests = (answer.UnprocessedItems?.[this.#tableName] ?? []) as typeof requests;
    }
  }

  #key(sk: string) {
    return { pk: this.#pk, sk };
  }

  #item({ sk, rev, value }: KeyWrite) {
    return { ...this.#key(sk), rev, value };
  }
}

/** An item never read may be overwritten only by a later opening of the vault: revisions of an older one are smaller. */
function condition({ knownRev, rev }: KeyWrite) {
  if (knownRev === null) return { ConditionExpression: 'attribute_not_exists(pk)' };
  if (knownRev === undefined) {
    return {
      ConditionExpression: 'attribute_not_exists(pk) OR rev < :rev',
      ExpressionAttributeValues: { ':rev': rev },
    };
  }
  return { ConditionExpression: 'rev = :known', ExpressionAttributeValues: { ':known': knownRev } };
}

function isOwnWork(error: unknown, { rev, value }: KeyWrite): boolean {
  const item = (error as { Item?: { rev?: { N?: string } } }).Item;
  return value === undefined ? item === undefined : Number(item?.rev?.N) === rev;
}

function stored(item: Record<string, unknown>): StoredKey {
  return { rev: item.rev as number, value: item.value as Uint8Array };
}

export function chunk<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}
