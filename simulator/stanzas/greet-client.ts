import type { Connection } from '../connection.ts';
import { type Login, type Registration, readClientPayload } from '../wire/client-payload.ts';
import { node, serverJid } from '../wire/node.ts';
import type { NoiseClient } from '../wire/noise-server.ts';

/** The real service shows six references before it gives up on a QR. */
const references = 6;
const statusLoggedOut = 401;
const statusClientTooOld = 405;

/** Decides what becomes of a client whose handshake is done: a QR for a new device, a login or a refusal for a linked one. */
export function greetClient(connection: Connection, client: NoiseClient): void {
  const payload = readClientPayload(client.payload);
  if (payload.revision < connection.world.settings.clientRevision) refuse(connection, payload, statusClientTooOld);
  else if (payload.kind === 'login') logIn(connection, payload, client.staticKey);
  else showReferences(connection, payload);
}

function showReferences(connection: Connection, registration: Registration): void {
  connection.registration = registration;
  if (connection.world.faults.find('silence', undefined) !== undefined) connection.freeze(true);
  const { pairing } = connection.world;
  connection.send(
    node('iq', { from: serverJid, type: 'set', id: `refs-${connection.id}`, xmlns: 'md' }, [
      node(
        'pair-device',
        {},
        Array.from({ length: references }, () => node('ref', {}, Buffer.from(pairing.issueReference(connection)))),
      ),
    ]),
  );
}

function logIn(connection: Connection, login: Login, noiseKey: Buffer): void {
  const { world } = connection;
  const account = world.directory.find(login.phone);
  const companion = account?.companions.get(login.device);
  const fault = world.faults.strike('refuse-login', login.phone);
  const isKnown = companion?.state.noiseKey === noiseKey.toString('base64');
  if (fault !== undefined || account === undefined || companion === undefined || !isKnown) {
    refuse(connection, login, fault?.code ?? statusLoggedOut);
    return;
  }
  const other = companion.socket;
  if (other !== undefined) {
    for (const open of world.connections) if (open.id === other.id) endWithConflict(open);
  }
  connection.companion = companion;
  companion.socket = connection;
  world.statistics.logins++;
  world.events.add('login', { connection: connection.id, phone: account.phone, device: companion.device });
  if (world.faults.find('silence', account.phone) !== undefined) connection.freeze(true);
  const nowSeconds = String(Math.floor(Date.now() / 1000));
  connection.send(
    node('success', { t: nowSeconds, lid: account.jid('lid', companion.device), props: '1', abprops: '1' }),
  );
}

/** Closes a socket because its device has another one now. */
export function endWithConflict(connection: Connection): void {
  const { world, companion } = connection;
  world.statistics.conflicts++;
  world.events.add('conflict', {
    connection: connection.id,
    ...(companion === undefined ? {} : { phone: companion.phone, device: companion.device }),
  });
  connection.end('conflict', node('stream:error', {}, [node('conflict', { type: 'replaced' })]));
}

function refuse(connection: Connection, client: Login | Registration, code: number): void {
  const { world } = connection;
  world.statistics.refusedLogins++;
  const device = client.kind === 'login' ? { phone: client.phone, device: client.device } : {};
  world.events.add('login-refused', { connection: connection.id, ...device, reason: String(code) });
  connection.end(`login refused with ${code}`, node('failure', { reason: String(code), location: 'sim' }));
}
