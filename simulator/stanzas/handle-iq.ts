import { unlinkDevice } from '../accounts/unlink-device.ts';
import type { Connection } from '../connection.ts';
import { handleLinkCode } from '../pairing/link-by-code.ts';
import { finishPairing } from '../pairing/pair-device.ts';
import { firstChild, type Node, node, serverJid } from '../wire/node.ts';
import { answerAppStateSync } from './app-state-sync.ts';
import { goActive } from './go-active.ts';
import { answerGroupQuery } from './group-queries.ts';
import { answerKeyBundles } from './key-bundles.ts';
import { answerMediaConnection } from './media-connection.ts';
import { answerMex } from './mex.ts';
import { answerDigest, answerPreKeyCount, rotateSignedPreKey, takePreKeys } from './own-keys.ts';
import { answerProfilePicture } from './profile-picture.ts';
import { answerUsync } from './usync.ts';

/** The content of a result, or the error that the client gets instead. */
export type IqAnswer = Node[] | { readonly code: number; readonly text: string };

const badRequest: IqAnswer = { code: 400, text: 'bad-request' };

/**
 * Answers a request. Whatever is not known gets an empty result: clients wait up to a minute for an answer, and most of what they ask
 * (statistics, privacy settings, properties) does not matter here.
 */
export async function handleIq(connection: Connection, request: Node): Promise<void> {
  if (request.attrs.type === 'result') return finishPairing(connection, request);
  if (request.attrs.type === 'error') return;
  const answer = await answerIq(connection, request);
  const { id, to } = request.attrs;
  const attributes = { from: to?.endsWith('@g.us') ? to : serverJid, id };
  if (Array.isArray(answer)) {
    connection.send(node('iq', { ...attributes, type: 'result' }, answer.length === 0 ? undefined : answer));
  } else {
    const error = node('error', { code: String(answer.code), text: answer.text });
    connection.send(node('iq', { ...attributes, type: 'error' }, [error]));
  }
  afterAnswer(connection, request);
}

async function answerIq(connection: Connection, request: Node): Promise<IqAnswer> {
  switch (request.attrs.xmlns) {
    case 'encrypt':
      return answerEncrypt(connection, request);
    case 'usync':
      return answerUsync(connection, request);
    case 'w:sync:app:state':
      return answerAppStateSync(connection, request);
    case 'md':
      return answerMultiDevice(connection, request);
    case 'abt':
      return [node('props', { hash: 'simulator' }, [node('prop', { config_code: '10518', config_value: 'true' })])];
    case 'blocklist':
      return request.attrs.type === 'get' ? [node('list')] : [];
    case 'privacy':
      return request.attrs.type === 'get' ? [privacySettings()] : [node('tokens')];
    case 'w:g2':
      return answerGroupQuery(connection, request);
    case 'w:mex':
      return answerMex(connection, request);
    case 'w:m':
      return [answerMediaConnection(connection)];
    case 'w:profile:picture':
      return answerProfilePicture(connection, request);
    default:
      return [];
  }
}

async function answerEncrypt(connection: Connection, request: Node): Promise<IqAnswer> {
  const { companion } = connection;
  if (companion === undefined) return badRequest;
  switch (firstChild(request)?.tag) {
    case 'count':
      return answerPreKeyCount(companion);
    case 'digest':
      return answerDigest(companion);
    case 'key':
      return answerKeyBundles(connection.world, request);
    case 'rotate':
      return rotateSignedPreKey(connection.world, companion, request) ? [] : badRequest;
    case 'registration':
      return takePreKeys(connection.world, companion, request) ? [] : badRequest;
    default:
      return [];
  }
}

function answerMultiDevice(connection: Connection, request: Node): IqAnswer {
  if (firstChild(request)?.tag !== 'link_code_companion_reg') return [];
  const answer = handleLinkCode(connection, request);
  return answer === 'bad-request' ? badRequest : answer;
}

/** What has to happen once the client has its answer. */
function afterAnswer(connection: Connection, request: Node): void {
  const first = firstChild(request)?.tag;
  if (request.attrs.xmlns === 'passive' && first === 'active') goActive(connection);
  if (request.attrs.xmlns === 'md' && first === 'remove-companion-device' && connection.companion !== undefined) {
    unlinkDevice(connection.world, connection.companion, 'logged out by the client');
  }
}

function privacySettings(): Node {
  const names = ['readreceipts', 'last', 'profile', 'status', 'online', 'groupadd', 'calladd', 'messages'];
  return node(
    'privacy',
    {},
    names.map((name) => node('category', { name, value: 'all' })),
  );
}
