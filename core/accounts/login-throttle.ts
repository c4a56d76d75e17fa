import { createHash } from 'node:crypto';
import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isConditionFailed } from '../storage/condition-failed.ts';
import { runTransaction } from '../storage/run-transaction.ts';
import type { Table } from '../storage/table.ts';
import { tableKeys, timeToLiveAttribute } from '../storage/table-keys.ts';
import { networkOf } from './client-network.ts';
import { chargeTry, readThrottleRows } from './login-throttle-rows.ts';
import { accountRules, addressRules, decideTry } from './login-throttle-rules.ts';

/**
 * Throttles logins per account and per address, without letting a stranger lock somebody out.
 *
 * Three rows take part. The **address** row counts the failures of one client network on all accounts. The **account** row counts
 * those on one e-mail address from everywhere. The **known** row belongs to one account and one network from which a login
 * succeeded in the last 30 days: while it lasts, tries from there count on it and not on the account row, so that the owner
 * gets in although somebody else keeps the account's own row full.
 *
 * A try is charged before the password is looked at, on the address row and on one of the other two, in one transaction that no
 * number of parallel tries can pass more often than the rules say. `succeeded` clears the account or known row that paid, and takes
 * one charge back from the address: only one, or a guesser with an account of its own could clear its address by logging in.
 * E-mail addresses that nobody registered are treated the same, so the throttle does not tell who has an account.
 */
export interface LoginThrottle {
  /** Charges a try, or refuses it. Call before any hash is computed. */
  admit(who: LoginTry): Promise<LoginAdmission>;
  /** After the right password. */
  succeeded(admitted: AdmittedLogin): Promise<void>;
  /** Clears an account's row, after its password was reset by a proof of another kind. */
  clear(email: string): Promise<void>;
}

export interface LoginTry {
  readonly email: string;
  /** The client's IP address as API Gateway saw it. */
  readonly address: string;
}

export interface AdmittedLogin {
  readonly kind: 'admitted';
  readonly emailHash: string;
  readonly addressHash: string;
  readonly paidBy: 'account' | 'known';
}

export type LoginAdmission = AdmittedLogin | { readonly kind: 'throttled'; readonly retryAfterSeconds: number };

export interface LoginThrottleOptions extends Table {
  readonly now?: () => number;
}

type Context = Required<LoginThrottleOptions>;

/** Tries that meet on one row beyond the free ones: each round lets one through, and who loses five is told to come again. */
const roundsMax = 5;
const collisionRetrySeconds = 1;
const knownForMs = 30 * 24 * 3_600_000;

/** @example const admission = await createLoginThrottle({ dynamodb, tableName }).admit({ email, address }); */
export function createLoginThrottle(options: LoginThrottleOptions): LoginThrottle {
  const context = { ...options, now: options.now ?? Date.now };
  return {
    admit: (who) => admit(context, who),
    succeeded: (admitted) => recordSuccess(context, admitted),
    clear: (email) => deleteRow(context, tableKeys.loginAccount(emailHashOf(email))),
  };
}

async function admit(context: Context, who: LoginTry): Promise<LoginAdmission> {
  const emailHash = emailHashOf(who.email);
  const addressHash = hashOf(networkOf(who.address));
  for (let round = 0; round < roundsMax; round++) {
    const nowMs = context.now();
    const rows = await readThrottleRows(context, emailHash, addressHash);
    const paidBy = Number(rows.known.item?.knownUntilMs ?? 0) > nowMs ? 'known' : 'account';
    const byAccount = decideTry(rows[paidBy].state, accountRules, nowMs);
    const byAddress = decideTry(rows.address.state, addressRules, nowMs);
    if (byAccount.kind === 'refuse' || byAddress.kind === 'refuse') {
      const waits = [byAccount, byAddress].map((d) => (d.kind === 'refuse' ? d.retryAfterSeconds : 0));
      return { kind: 'throttled', retryAfterSeconds: Math.max(...waits) };
    }
    const refusal = await runTransaction(context.dynamodb, [
      chargeTry(context.tableName, { row: rows[paidBy], rules: accountRules, decision: byAccount }),
      chargeTry(context.tableName, { row: rows.address, rules: addressRules, decision: byAddress }),
    ]);
    if (refusal === undefined) return { kind: 'admitted', emailHash, addressHash, paidBy };
  }
  return { kind: 'throttled', retryAfterSeconds: collisionRetrySeconds };
}

async function recordSuccess(context: Context, { emailHash, addressHash, paidBy }: AdmittedLogin): Promise<void> {
  const untilMs = context.now() + knownForMs;
  await Promise.all([
    paidBy === 'account' ? deleteRow(context, tableKeys.loginAccount(emailHash)) : undefined,
    context.dynamodb.send(
      new UpdateCommand({
        TableName: context.tableName,
        Key: tableKeys.loginAccountAddress(emailHash, addressHash),
        UpdateExpression: 'SET knownUntilMs = :until, #expires = :expires REMOVE failures, lastTryMs',
        ExpressionAttributeNames: { '#expires': timeToLiveAttribute },
        ExpressionAttributeValues: { ':until': untilMs, ':expires': Math.ceil(untilMs / 1_000) },
      }),
    ),
    takeBackCharge(context, addressHash),
  ]);
}

async function takeBackCharge(context: Context, addressHash: string): Promise<void> {
  try {
    await context.dynamodb.send(
      new UpdateCommand({
        TableName: context.tableName,
        Key: tableKeys.loginAddress(addressHash),
        UpdateExpression: 'ADD failures :minusOne',
        ConditionExpression: 'failures > :nought',
        ExpressionAttributeValues: { ':minusOne': -1, ':nought': 0 },
      }),
    );
  } catch (error) {
    // The charge was forgiven or has expired: there is nothing to take back.
    if (!isConditionFailed(error)) throw error;
  }
}

async function deleteRow(context: Context, key: { readonly pk: string; readonly sk: string }): Promise<void> {
  await context.dynamodb.send(new DeleteCommand({ TableName: context.tableName, Key: key }));
}

function emailHashOf(email: string): string {
  return hashOf(email.trim().toLowerCase());
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
