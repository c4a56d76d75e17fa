import { Logger } from '@aws-lambda-powertools/logger';
import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { apiVersion } from '../../core/events/event.ts';
import { createApiHandler } from '../shared/api-handler.ts';
import { bind } from '../shared/operation.ts';
import { systemOperations } from './operations.ts';

const stage = requireEnvironment(environmentNames.stage);

/** Health, and the answer to every route that no other function has. */
export const handler = createApiHandler({
  logger: new Logger({ serviceName: 'system' }),
  operations: [bind(systemOperations.health, async () => ({ data: { status: 'ok', version: apiVersion, stage } }))],
});
