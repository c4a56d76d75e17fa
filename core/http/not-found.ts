import { WharfError } from '../wharf-error.ts';

/** Things that a path can name. */
export type Resource =
  | 'session'
  | 'message'
  | 'chat'
  | 'media'
  | 'group'
  | 'contact'
  | 'webhook'
  | 'delivery'
  | 'recovery'
  | 'API key'
  | 'account'
  | 'invite';

/**
 * The one answer for an id that does not exist, is not of this tenant, or cannot be an id at all: nobody learns which.
 *
 * @example if (session === undefined) throw notFound('session');
 */
export function notFound(resource: Resource): WharfError {
  return new WharfError('NOT_FOUND', { detail: `There is no ${resource} with this id.` });
}
