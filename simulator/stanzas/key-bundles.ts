import { parseJid } from '../wire/jid.ts';
import { child, children, type Node, node, numberBytes } from '../wire/node.ts';
import type { KeyBundle } from '../wire/signal-cipher.ts';
import type { World } from '../world/world.ts';

/** Answers a request for key bundles, asked for by number or by hidden id. Every bundle costs its owner a pre-key. */
export function answerKeyBundles(world: World, request: Node): Node[] {
  const users = children(child(request, 'key'), 'user').map(({ attrs: { jid } }) => {
    if (world.crowd.find(parseJid(jid)?.user ?? '') !== undefined) {
      return node('user', { jid }, bundleNodes(world.crowd.bundle()));
    }
    const found = world.directory.resolve(jid);
    const companion = found?.account.companions.get(found.jid.device);
    if (found !== undefined && found.jid.device === 0) {
      return node('user', { jid }, bundleNodes(found.account.keys.issueBundle()));
    }
    if (companion !== undefined) {
      const identity = node('device-identity', {}, Buffer.from(companion.state.deviceIdentity, 'base64'));
      return node('user', { jid }, [...bundleNodes(companion.takeBundle()), identity]);
    }
    return node('user', { jid }, [node('error', { code: '404', text: 'item-not-found' })]);
  });
  return [node('list', {}, users)];
}

function bundleNodes(bundle: KeyBundle): Node[] {
  return [
    node('registration', {}, numberBytes(bundle.registrationId, 4)),
    node('type', {}, Buffer.from([5])),
    node('identity', {}, bundle.identity),
    ...keyNodes(bundle),
  ];
}

/** The pre-key, if there is one, and the signed pre-key: the same in bundles and in retry receipts. */
export function keyNodes({ preKey, signedPreKey }: KeyBundle): Node[] {
  const signed = node('skey', {}, [
    node('id', {}, numberBytes(signedPreKey.id, 3)),
    node('value', {}, signedPreKey.publicKey),
    node('signature', {}, signedPreKey.signature),
  ]);
  if (preKey === undefined) return [signed];
  return [node('key', {}, [node('id', {}, numberBytes(preKey.id, 3)), node('value', {}, preKey.publicKey)]), signed];
}
