import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { runTransaction } from '../../../core/storage/run-transaction.ts';

function cancelled(...codes: string[]): Error {
  const error = Object.assign(new Error('cancelled'), { CancellationReasons: codes.map((Code) => ({ Code })) });
  error.name = 'TransactionCanceledException';
  return error;
}

/** A client that fails with the given errors, one a call, and then succeeds. */
function failing(errors: Error[]): { readonly dynamodb: DynamoDBDocumentClient; readonly calls: () => number } {
  let calls = 0;
  const send = async () => {
    const error = errors[calls++];
    if (error !== undefined) throw error;
    return {};
  };
  return { dynamodb: { send } as unknown as DynamoDBDocumentClient, calls: () => calls };
}

describe('runTransaction', () => {
  it('runs again when it only met another transaction', async () => {
    const { dynamodb, calls } = failing([cancelled('None', 'TransactionConflict'), cancelled('TransactionConflict')]);
    expect(await runTransaction(dynamodb, [], () => 0)).toBeUndefined();
    expect(calls()).toBe(3);
  });

  it('tells which condition failed, and does not try again', async () => {
    const { dynamodb, calls } = failing([cancelled('TransactionConflict', 'ConditionalCheckFailed')]);
    expect(await runTransaction(dynamodb, [], () => 0)).toEqual({ index: 1, item: undefined });
    expect(calls()).toBe(1);
  });

  it('gives up after twelve rounds', async () => {
    const { dynamodb, calls } = failing(Array.from({ length: 50 }, () => cancelled('TransactionConflict')));
    await expect(runTransaction(dynamodb, [], () => 0)).rejects.toThrow('cancelled');
    expect(calls()).toBe(12);
  });

  it('passes on what waiting cannot mend', async () => {
    const wrong = failing([cancelled('ValidationError')]);
    await expect(runTransaction(wrong.dynamodb, [], () => 0)).rejects.toThrow('cancelled');
    const broken = failing([new Error('no network')]);
    await expect(runTransaction(broken.dynamodb, [], () => 0)).rejects.toThrow('no network');
    expect([wrong.calls(), broken.calls()]).toEqual([1, 1]);
  });
});
