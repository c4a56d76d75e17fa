import type { CallOptions } from '../../lambdas/api/support/test-api.ts';
import type { WalkedOperation } from './contract-world.ts';

/** The documented example of an operation's body, as options of a call; nothing when it takes none. */
export function exampleBody({ documented }: WalkedOperation): Pick<CallOptions, 'body'> {
  const content = documented.requestBody?.content['application/json'];
  return content === undefined ? {} : { body: content.example };
}
