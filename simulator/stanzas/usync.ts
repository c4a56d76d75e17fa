import type { Account } from '../accounts/account.ts';
import type { Connection } from '../connection.ts';
import { memberJid } from '../groups/metadata-node.ts';
import { parseJid } from '../wire/jid.ts';
import { bytesOf, child, children, type Node, node } from '../wire/node.ts';
import type { World } from '../world/world.ts';

/**
 * Tells clients who is on WhatsApp, with which devices and under which hidden id. The hidden id always goes along: clients fetch key
 * bundles by it, and cannot send without one.
 */
export function answerUsync(connection: Connection, request: Node): Node[] {
  const asked = child(request, 'usync');
  const protocols = child(asked, 'query');
  const users = children(child(asked, 'list'), 'user').map((user) => describeUser(connection.world, user, protocols));
  const { sid, mode, context } = asked?.attrs ?? {};
  return [node('usync', { sid, index: '0', last: 'true', mode, context }, [node('list', {}, users)])];
}

function describeUser(world: World, user: Node, protocols: Node | undefined): Node {
  const number = bytesOf(child(user, 'contact'))?.toString('latin1').replace(/^\+/, '');
  const jid = user.attrs.jid ?? `${number ?? ''}@s.whatsapp.net`;
  const inCrowd = world.crowd.find(parseJid(jid)?.user ?? '');
  if (inCrowd !== undefined) return crowdUser(jid, inCrowd, protocols);
  const account = world.directory.resolve(jid)?.account;
  const parts: Node[] = [];
  if (child(protocols, 'contact')) parts.push(node('contact', { type: account === undefined ? 'out' : 'in' }));
  if (account !== undefined) {
    if (child(protocols, 'devices')) parts.push(devices(account));
    parts.push(node('lid', { val: account.jid('lid') }));
    if (child(protocols, 'status')) parts.push(node('status', { t: '0' }, Buffer.from(account.state.about ?? '')));
    if (child(protocols, 'disappearing_mode')) parts.push(node('disappearing_mode', { duration: '0', t: '0' }));
  }
  return node('user', { jid }, parts);
}

function crowdUser(jid: string, phone: string, protocols: Node | undefined): Node {
  const parts: Node[] = [];
  if (child(protocols, 'contact')) parts.push(node('contact', { type: 'in' }));
  if (child(protocols, 'devices')) parts.push(deviceList([]));
  parts.push(node('lid', { val: memberJid(phone, 'lid') }));
  return node('user', { jid }, parts);
}

function devices(account: Account): Node {
  const linked = [...account.companions.values()].map(({ state }) =>
    // A linked device without a key index is dropped by clients.
    node('device', { id: String(state.device), 'key-index': String(state.keyIndex) }),
  );
  return deviceList(linked);
}

function deviceList(linked: readonly Node[]): Node {
  return node('devices', {}, [node('device-list', {}, [node('device', { id: '0' }), ...linked])]);
}
