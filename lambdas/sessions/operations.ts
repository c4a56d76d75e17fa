import type { ErrorCode } from '../../core/error-catalogue.ts';
import { defineOperation } from '../shared/operation.ts';
import { pageQuery } from '../shared/paging.ts';
import {
  changeSessionBody,
  createdSession,
  createSessionBody,
  deletedSession,
  pairingBody,
  pairingCode,
  qr,
  qrQuery,
  session,
  sessionStatus,
} from './schemas.ts';

const errors: readonly ErrorCode[] = ['NOT_FOUND'];

/** Verbs that write what is wanted and answer before it is so. */
function verb(id: string, path: `/${string}`, summary: string) {
  return defineOperation({
    id,
    method: 'POST',
    path: `/sessions/{sessionId}${path}`,
    summary,
    access: 'sessions:write',
    status: 202,
    data: session,
    errors,
  });
}

export const sessionOperations = {
  create: defineOperation({
    id: 'createSession',
    method: 'POST',
    path: '/sessions',
    summary: 'Create a session, and with it a key and a webhook of its own',
    access: 'sessions:write',
    body: createSessionBody,
    status: 201,
    data: createdSession,
    errors: ['WEBHOOK_URL_FORBIDDEN'],
  }),
  list: defineOperation({
    id: 'listSessions',
    method: 'GET',
    path: '/sessions',
    summary: 'Sessions of the account, newest first',
    access: 'sessions:read',
    query: pageQuery,
    status: 200,
    data: session,
    errors: ['CURSOR_INVALID'],
  }),
  get: defineOperation({
    id: 'getSession',
    method: 'GET',
    path: '/sessions/{sessionId}',
    summary: 'All about a session',
    access: 'sessions:read',
    status: 200,
    data: session,
    errors,
  }),
  change: defineOperation({
    id: 'changeSession',
    method: 'PATCH',
    path: '/sessions/{sessionId}',
    summary: 'Change name, metadata or settings',
    access: 'sessions:write',
    body: changeSessionBody,
    status: 200,
    data: session,
    errors,
  }),
  delete: defineOperation({
    id: 'deleteSession',
    method: 'DELETE',
    path: '/sessions/{sessionId}',
    summary: 'Log out and delete a session, its keys and its webhooks',
    access: 'sessions:write',
    status: 200,
    data: deletedSession,
    errors,
  }),
  status: defineOperation({
    id: 'getSessionStatus',
    method: 'GET',
    path: '/sessions/{sessionId}/status',
    summary: 'What the session is doing, and since when',
    access: 'sessions:read',
    status: 200,
    data: sessionStatus,
    errors,
  }),
  qr: defineOperation({
    id: 'getSessionQr',
    method: 'GET',
    path: '/sessions/{sessionId}/qr',
    summary: 'The QR code to scan, or why there is none',
    access: 'sessions:write',
    query: qrQuery,
    status: 200,
    data: qr,
    errors: ['NOT_FOUND', 'QR_NOT_AVAILABLE'],
  }),
  pairingCode: defineOperation({
    id: 'createPairingCode',
    method: 'POST',
    path: '/sessions/{sessionId}/pairing-code',
    summary: 'A code to type into WhatsApp instead of scanning a QR',
    access: 'sessions:write',
    body: pairingBody,
    status: 200,
    data: pairingCode,
    errors: ['NOT_FOUND', 'SESSION_ALREADY_LINKED', 'SESSION_NOT_CONNECTED', 'PAIRING_FAILED', 'CONNECTOR_TIMEOUT'],
  }),
  start: verb('startSession', '/start', 'Connect a session that rests'),
  stop: verb('stopSession', '/stop', 'Disconnect a session and keep it linked'),
  restart: verb('restartSession', '/restart', 'Connect a session anew'),
  logout: verb('logOutSession', '/logout', 'Unlink the WhatsApp account and keep the session'),
};
