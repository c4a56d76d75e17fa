import type { FindStanding } from '../../core/accounts/account-standing.ts';
import { within } from '../concurrency/within.ts';
import { errorFields, type Logger } from '../logger.ts';

/** Days that the message rows of an account are kept. Never rejects: a message is taken whether its plan can be read or not. */
export type MessageRetention = (tenantId: string) => Promise<number>;

/** A message is held, with its contact's address locked, while this is asked. */
const readMs = 1_000;
/** Of accounts whose plan cannot be read, or that are gone while their last messages come in. */
const fallbackDays = 30;

/**
 * How long messages that come in are kept, by the plan of the account. Read from the account's own row, each at most once in twenty seconds,
 * as the API does: nothing has to be told to connectors or written on sessions when a plan changes.
 *
 * @example await createMessageRetention(createAccountStandings({ findUser, plans, defaultPlan }), logger)('usr_…') // 30
 */
export function createMessageRetention(findStanding: FindStanding, logger: Pick<Logger, 'warn'>): MessageRetention {
  return async (tenantId) => {
    try {
      return (await within(readMs, findStanding(tenantId)))?.plan.retentionDays ?? fallbackDays;
    } catch (error) {
      logger.warn(
        { tenantId, ...errorFields(error) },
        'The plan could not be read; messages are kept for the usual time',
      );
      return fallbackDays;
    }
  };
}
