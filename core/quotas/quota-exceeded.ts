import { WharfError } from '../wharf-error.ts';
import { type QuotaState, quotaErrorCodes } from './quota.ts';

/**
 * The error of a full quota, with `limit`, `used` and `resetsAt` in the problem document.
 *
 * @example throw quotaExceeded({ quota: 'sessions', limit: 10, used: 10, resetsAt: null })
 */
export function quotaExceeded(state: QuotaState): WharfError {
  const { quota, limit, used, resetsAt } = state;
  return new WharfError(quotaErrorCodes[quota], {
    detail: `The plan allows ${limit} ${quota}, and ${used} are used.`,
    extra: { limit, used, resetsAt },
  });
}
