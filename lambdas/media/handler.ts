import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { createMediaRepository } from '../../core/messages/media-repository.ts';
import { createSessionRepository } from '../../core/sessions/session-repository.ts';
import { createApiHandler } from '../shared/api-handler.ts';
import { createApiParts } from '../shared/api-parts.ts';
import { createIdempotencyParts } from '../shared/idempotency-parts.ts';
import { bind } from '../shared/operation.ts';
import { createUpload } from './create-upload.ts';
import { getMedia } from './get-media.ts';
import type { MediaParts } from './media-parts.ts';
import { mediaOperations } from './operations.ts';
import { createObjectUrlSigner } from './sign-object-url.ts';

const { logger, dynamodb, control, authenticate, limits } = createApiParts('media');
const { idempotency } = createIdempotencyParts(control);

const parts: MediaParts = {
  sessions: createSessionRepository(control),
  media: createMediaRepository({ dynamodb, tableName: requireEnvironment(environmentNames.messagesTable) }),
  signUrl: await createSigner(),
  now: Date.now,
};

/** The SDK's own variable for an endpoint counts here too, although no S3 client is made. */
async function createSigner() {
  const region = await dynamodb.config.region();
  return createObjectUrlSigner({
    bucket: requireEnvironment(environmentNames.mediaBucket),
    region,
    endpoint: process.env.AWS_ENDPOINT_URL_S3 ?? `https://s3.${region}.amazonaws.com`,
    credentials: dynamodb.config.credentials,
  });
}

/** Uploads, and the way to the bytes. */
export const handler = createApiHandler({
  logger,
  authenticate,
  limits,
  idempotency,
  operations: [
    bind(mediaOperations.createUpload, async ({ principal, path, body, reservedId: mediaId }) => ({
      data: await createUpload({ principal, sessionId: path('sessionId'), mediaId, body }, parts),
    })),
    bind(mediaOperations.get, ({ principal: { tenantId }, path, query: { format } }) =>
      getMedia({ tenantId, sessionId: path('sessionId'), mediaId: path('mediaId'), format }, parts),
    ),
  ],
});
