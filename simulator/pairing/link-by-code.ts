import { randomInt } from 'node:crypto';
import type { Account } from '../accounts/account.ts';
import type { Connection } from '../connection.ts';
import { parseJid } from '../wire/jid.ts';
import { generateKeyPair } from '../wire/key-pair.ts';
import { openKeyBundle, unwrapEphemeral, wrapEphemeral } from '../wire/link-code.ts';
import { bytesOf, child, type Node, node, requiredBytes, serverJid } from '../wire/node.ts';
import type { World } from '../world/world.ts';
import { pairDevice } from './pair-device.ts';
import { PairingError } from './pairing-error.ts';

const answerTimeoutMs = 15_000;

/** The person who typed a code waits here for the client's answer. */
const waiting = new WeakMap<Connection, { settle(outcome: Promise<number>): void }>();

/**
 * A phone's owner types a pairing code. Answers the number of the new device; throws a `PairingError`, `wrong_code` when the client that
 * asked for a code for this number shows another one.
 */
export async function linkByCode(world: World, account: Account, typed: string): Promise<number> {
  const code = typed.replaceAll(/[\s-]/g, '').toUpperCase();
  const request = world.pairing.codeRequest(account.phone);
  if (request === undefined) {
    throw new PairingError('unknown_code', 'No open connection waits for a code for this number.');
  }
  const { connection } = request;
  const ephemeral = generateKeyPair();
  const [companionEphemeral, wrapped] = await Promise.all([
    unwrapEphemeral(code, request.wrappedEphemeral),
    wrapEphemeral(code, ephemeral.publicKey),
  ]);
  request.typed = { ephemeral, companionEphemeral };
  const outcome = new Promise<number>((resolve, reject) => {
    const timeout = setTimeout(
      () => reject(new PairingError('pairing_failed', 'The client did not answer the code.')),
      answerTimeoutMs,
    );
    waiting.set(connection, {
      settle: (result) => {
        clearTimeout(timeout);
        resolve(result);
      },
    });
  });
  const nowSeconds = Math.floor(Date.now() / 1000);
  connection.send(
    node(
      'notification',
      { from: serverJid, type: 'link_code_companion_reg', id: `link-${randomInt(2 ** 31)}`, t: String(nowSeconds) },
      [
        node('link_code_companion_reg', { stage: 'primary_hello' }, [
          node('link_code_pairing_wrapped_primary_ephemeral_pub', {}, wrapped),
          node('primary_identity_pub', {}, account.keys.identity.publicKey),
          node('link_code_pairing_ref', {}, request.reference),
        ]),
      ],
    ),
  );
  return outcome;
}

/** Handles the client's two steps, `companion_hello` and `companion_finish`; answers the result of the iq. */
export function handleLinkCode(connection: Connection, request: Node): Node[] | 'bad-request' {
  const registration = child(request, 'link_code_companion_reg');
  const phone = parseJid(registration?.attrs.jid)?.user ?? '';
  const account = connection.world.directory.own(phone);
  if (account === undefined || registration === undefined) return 'bad-request';
  if (registration.attrs.stage === 'companion_hello') {
    const wrapped = requiredBytes(registration, 'link_code_pairing_wrapped_companion_ephemeral_pub');
    if (wrapped.length !== 80) return 'bad-request';
    const { reference } = connection.world.pairing.requestCode(phone, connection, wrapped);
    return [node('link_code_companion_reg', {}, [node('link_code_pairing_ref', {}, reference)])];
  }
  return finishLinkCode(connection, account, registration) ? [] : 'bad-request';
}

function finishLinkCode(connection: Connection, account: Account, registration: Node): boolean {
  const waiter = waiting.get(connection);
  const typed = connection.world.pairing.codeRequest(account.phone)?.typed;
  const wrappedBundle = bytesOf(child(registration, 'link_code_pairing_wrapped_key_bundle'));
  if (waiter === undefined || typed === undefined || wrappedBundle === undefined) return false;
  waiting.delete(connection);
  const opened = openKeyBundle({
    wrappedBundle,
    phoneIdentity: account.keys.identity,
    phoneEphemeral: typed.ephemeral,
    companionEphemeral: typed.companionEphemeral,
  });
  if (opened === undefined || connection.registration?.identity.equals(opened.identity) !== true) {
    waiter.settle(Promise.reject(new PairingError('wrong_code', 'The client shows another code for this number.')));
    return false;
  }
  // After the result of this iq, so that the client knows the secret before it checks the link.
  setImmediate(() => waiter.settle(pairDevice(connection, account, opened.advSecret)));
  return true;
}
