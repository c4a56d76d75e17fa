import { join } from 'node:path';
import { Logger } from '@aws-lambda-powertools/logger';
import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { apiVersion } from '../../core/events/event.ts';
import { createApiHandler } from '../shared/api-handler.ts';
import { bind } from '../shared/operation.ts';
import { unknownRoute } from '../shared/unknown-route.ts';
import { systemOperations } from './operations.ts';
import { createSite } from './site.ts';

const stage = requireEnvironment(environmentNames.stage);
const site = createSite(join(import.meta.dirname, 'site'));

/** Health, the reference, and the answer to every route that no other function has. */
export const handler = createApiHandler({
  logger: new Logger({ serviceName: 'system' }),
  unknownRoute,
  operations: [
    bind(systemOperations.health, async () => ({ data: { status: 'ok', version: apiVersion, stage } })),
    bind(systemOperations.document, () => site.document()),
    bind(systemOperations.docs, () => site.page()),
    bind(systemOperations.docsViewer, () => site.viewer()),
  ],
});
