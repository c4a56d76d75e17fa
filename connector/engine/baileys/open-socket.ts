import {
  type AuthenticationCreds,
  DEFAULT_CONNECTION_CONFIG,
  makeWASocket,
  type WASocket,
} from '@whiskeysockets/baileys';
import type { ConnectOptions } from '../port.ts';
import type { EngineParts } from './baileys-engine.ts';
import { messageToRepeat } from './content/message-to-repeat.ts';
import { durableRepository } from './durable-repository.ts';
import type { GroupLookups } from './groups/group-lookups.ts';
import type { InboundMessages } from './inbound-messages.ts';
import { createProxyAgent } from './proxy-agent.ts';
import { quietLogger } from './quiet-logger.ts';
import { authenticationState, browserOf, commonSocketOptions, versionOf } from './socket-options.ts';

/** Makes the socket of one connection: the common options, and what is the session's own. It connects by itself. */
export function openSocket(
  parts: EngineParts,
  { sessionId, vault, findProtocol, markOnline, proxyUrl, browserName }: ConnectOptions,
  creds: AuthenticationCreds,
  inbound: Pick<InboundMessages, 'publish' | 'recallRepeat'> & { readonly groups: GroupLookups },
): WASocket {
  return makeWASocket({
    ...commonSocketOptions,
    version: versionOf(parts.versions.current),
    markOnlineOnConnect: markOnline ?? commonSocketOptions.markOnlineOnConnect,
    ...parts.cachesOf(sessionId),
    waWebSocketUrl: parts.webSocketUrl,
    ...(browserName === undefined ? {} : { browser: browserOf(browserName) }),
    ...(proxyUrl === undefined ? {} : { agent: createProxyAgent(proxyUrl, parts.proxyGuard) }),
    ...(parts.qrLivesMs === undefined ? {} : { qrTimeout: parts.qrLivesMs }),
    logger: quietLogger(parts.logger, sessionId),
    auth: authenticationState(creds, vault),
    makeSignalRepository: durableRepository({
      makeRepository: DEFAULT_CONNECTION_CONFIG.makeSignalRepository,
      addressLock: parts.addressLock,
      publish: inbound.publish,
      recallRepeat: inbound.recallRepeat,
    }),
    getMessage: async ({ id }) => {
      const protocol = id ? await findProtocol(id) : undefined;
      return protocol === undefined ? undefined : messageToRepeat(protocol, parts.now());
    },
    cachedGroupMetadata: inbound.groups.find,
  });
}
