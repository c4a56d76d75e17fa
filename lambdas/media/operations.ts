import { defineOperation } from '../shared/operation.ts';
import { createUploadBody, mediaQuery, storedMedia, upload } from './schemas.ts';

export const mediaOperations = {
  createUpload: defineOperation({
    id: 'createUpload',
    method: 'POST',
    path: '/sessions/{sessionId}/media',
    summary: 'Get an address to which a file is uploaded that is to be sent',
    access: 'messages:send',
    reserves: 'med',
    body: createUploadBody,
    status: 201,
    data: upload,
    errors: ['NOT_FOUND', 'MEDIA_TOO_LARGE'],
  }),
  get: defineOperation({
    id: 'getMedia',
    method: 'GET',
    path: '/sessions/{sessionId}/media/{mediaId}',
    summary: 'Be led to the bytes of a medium, for some minutes',
    access: 'messages:read',
    query: mediaQuery,
    status: 200,
    redirects: true,
    data: storedMedia,
    errors: ['NOT_FOUND', 'MEDIA_NOT_READY', 'MEDIA_FAILED'],
  }),
};
