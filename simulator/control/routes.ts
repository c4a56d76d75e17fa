import type { World } from '../world/world.ts';
import { listCalls, postCall, postCallEnd } from './calls.ts';
import { clearFault, clearFaults, listFaults, postFault } from './faults.ts';
import { createGroup, getGroup, joinGroup, listGroups, postGroup } from './groups.ts';
import { linkCode, scan, unlink } from './linking.ts';
import { certificate, expireFile, messageFile, postMedia } from './media.ts';
import { inbox, outgoing, postMessages, postReceipts } from './messages.ts';
import { postNewsletterMessage } from './newsletters.ts';
import { events, getSettings, health, postSettings, serviceWorker, stats } from './observing.ts';
import { createPhone, getPhone, listPhones } from './phones.ts';
import { getChatStates, postPresence } from './presence.ts';

export interface ControlRequest {
  readonly world: World;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export type RouteHandler = (request: ControlRequest) => unknown;

const routes: readonly (readonly [method: string, path: string, handle: RouteHandler])[] = [
  ['GET', '/health', health],
  ['GET', '/stats', stats],
  ['GET', '/events', events],
  ['GET', '/sw.js', serviceWorker],
  ['GET', '/settings', getSettings],
  ['POST', '/settings', postSettings],
  ['GET', '/phones', listPhones],
  ['POST', '/phones', createPhone],
  ['GET', '/phones/:phone', getPhone],
  ['POST', '/phones/:phone/scan', scan],
  ['POST', '/phones/:phone/link-code', linkCode],
  ['POST', '/phones/:phone/unlink', unlink],
  ['POST', '/phones/:phone/messages', postMessages],
  ['GET', '/phones/:phone/messages', inbox],
  ['GET', '/phones/:phone/outgoing', outgoing],
  ['POST', '/phones/:phone/receipts', postReceipts],
  ['GET', '/phones/:phone/messages/:id/file', messageFile],
  ['POST', '/phones/:phone/messages/:id/expire-file', expireFile],
  ['POST', '/phones/:phone/presence', postPresence],
  ['GET', '/phones/:phone/chat-states', getChatStates],
  ['POST', '/phones/:phone/calls', postCall],
  ['GET', '/phones/:phone/calls', listCalls],
  ['POST', '/phones/:phone/calls/:id/end', postCallEnd],
  ['POST', '/phones/:phone/join', joinGroup],
  ['POST', '/groups', createGroup],
  ['GET', '/groups', listGroups],
  ['GET', '/groups/:group', getGroup],
  ['POST', '/groups/:group', postGroup],
  ['POST', '/newsletters/:newsletter/messages', postNewsletterMessage],
  ['POST', '/media', postMedia],
  ['GET', '/certificate', certificate],
  ['POST', '/faults', postFault],
  ['GET', '/faults', listFaults],
  ['DELETE', '/faults', clearFaults],
  ['DELETE', '/faults/:id', clearFault],
];

/** The route of a request with the values of its parameters; `isFile` when its body is a file and not JSON. */
export function findRoute(method: string, path: string) {
  const parts = path.split('/');
  for (const [routeMethod, pattern, handle] of routes) {
    if (routeMethod !== method) continue;
    const parameters = match(pattern.split('/'), parts);
    if (parameters !== undefined) return { handle, parameters, isFile: handle === postMedia };
  }
  return undefined;
}

function match(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index] ?? '';
    if (expected.startsWith(':')) parameters[expected.slice(1)] = part;
    else if (expected !== part) return undefined;
  }
  return parameters;
}
