import { createHash } from 'node:crypto';
import { runTransaction } from '../storage/run-transaction.ts';
import type { Table } from '../storage/table.ts';
import { tableKeys } from '../storage/table-keys.ts';
import { chargeTry, readRows } from './login-throttle-rows.ts';
import { decideTry, type ThrottleRules } from './login-throttle-rules.ts';

/** Something whose requests are counted, for example one address for one purpose. */
export interface ThrottleSubject {
  /** Keeps the counts of one purpose apart from those of another, and from those of logins. */
  readonly purpose: string;
  /** Only its hash is stored. */
  readonly text: string;
  readonly rules: ThrottleRules;
}

export type RequestAdmission =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number };

/** Counts requests that come without a credential. */
export interface RequestThrottle {
  /** Charges one request on all subjects, or on none of them when one has to wait. */
  admit(subjects: readonly ThrottleSubject[]): Promise<RequestAdmission>;
}

export interface RequestThrottleOptions extends Table {
  readonly now?: () => number;
}

/** Requests that meet on one row beyond the free ones: who loses five times is told to come again. */
const roundsMax = 5;
const collisionRetrySeconds = 1;

/**
 * The throttle for requests of which anybody can make many, registrations and password resets. It works as that of logins does, over
 * any rows: a few are free, each further one waits longer, and nothing is locked for good.
 *
 * @example await createRequestThrottle(control).admit([{ purpose: 'register', text: networkOf(address), rules }])
 */
export function createRequestThrottle(options: RequestThrottleOptions): RequestThrottle {
  const now = options.now ?? Date.now;
  return {
    admit: async (subjects) => {
      const keys = subjects.map(({ purpose, text }) => tableKeys.loginAddress(hashOf(purpose, text)));
      for (let round = 0; round < roundsMax; round++) {
        const nowMs = now();
        const rows = await readRows(options, keys);
        const charges = subjects.map(({ rules }, index) => {
          const row = rows[index];
          if (row === undefined) throw new Error('The throttle read fewer rows than it asked for.');
          return { row, rules, decision: decideTry(row.state, rules, nowMs) };
        });
        const waits = charges.map(({ decision }) => (decision.kind === 'refuse' ? decision.retryAfterSeconds : 0));
        if (Math.max(...waits) > 0) return { kind: 'throttled', retryAfterSeconds: Math.max(...waits) };
        const items = charges.flatMap(({ row, rules, decision }) =>
          decision.kind === 'refuse' ? [] : [chargeTry(options.tableName, { row, rules, decision })],
        );
        if ((await runTransaction(options.dynamodb, items)) === undefined) return { kind: 'admitted' };
      }
      return { kind: 'throttled', retryAfterSeconds: collisionRetrySeconds };
    },
  };
}

function hashOf(purpose: string, text: string): string {
  return createHash('sha256')
    .update(JSON.stringify([purpose, text]))
    .digest('hex');
}
