import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ApiFunctionName } from '../../core/http/api-routes.ts';
import { acknowledgeWildcard } from '../shared/acknowledge.ts';
import { createFunction } from '../shared/wharf-function.ts';
import { accountPlan } from './functions/account.ts';
import { authPlan } from './functions/auth.ts';
import { autoReplyPlan } from './functions/auto-reply.ts';
import { deliveriesPlan } from './functions/deliveries.ts';
import { directoryPlan } from './functions/directory.ts';
import type { ApiFunctionsProps, FunctionPlan } from './functions/function-plan.ts';
import { mediaPlan } from './functions/media.ts';
import { messagesPlan } from './functions/messages.ts';
import { sessionsPlan } from './functions/sessions.ts';
import { webhooksPlan } from './functions/webhooks.ts';

/** The longest that an HTTP API waits is 30 s; `…/qr?wait=20` needs most of it. */
const timeout = Duration.seconds(29);

/** The functions behind the API. Each may do what its routes need and nothing else. */
export function createApiFunctions(
  scope: Construct,
  props: ApiFunctionsProps,
): Record<ApiFunctionName, LambdaFunction> {
  const make = (name: ApiFunctionName, id: string, plan: FunctionPlan) =>
    createFunction(scope, id, { name, timeout, bundleFolder: props.bundleFolder, options: props.options, ...plan });
  const functions = {
    auth: make('auth', 'Auth', authPlan(props)),
    account: make('account', 'Account', accountPlan(props)),
    sessions: make('sessions', 'Sessions', sessionsPlan(props)),
    messages: make('messages', 'Messages', messagesPlan(props)),
    'auto-reply': make('auto-reply', 'AutoReply', autoReplyPlan(props)),
    media: make('media', 'MediaFunction', mediaPlan(props)),
    directory: make('directory', 'Directory', directoryPlan(props)),
    webhooks: make('webhooks', 'Webhooks', webhooksPlan(props)),
    deliveries: make('deliveries', 'Deliveries', deliveriesPlan(props)),
    system: make('system', 'System', {
      description: 'Health, and the answer to unknown routes',
      environment: {},
      statements: [],
    }),
  };
  acknowledgeWildcard(
    functions.media.role ?? functions.media,
    props.mediaBucket.arnForObjects('media/*'),
    'The keys of objects hold ids that are made later; a signed URL is for one key.',
  );
  for (const sender of [functions.sessions, functions.messages, functions.directory, functions['auto-reply']]) {
    if (sender.role !== undefined) props.shardQueues.acknowledgePattern(sender.role);
  }
  return functions;
}
