import { keyNodes } from '../stanzas/key-bundles.ts';
import { node, numberBytes } from '../wire/node.ts';
import type { World } from '../world/world.ts';
import { nowSeconds } from './message-stanza.ts';
import type { SealedEnvelope } from './read-envelope.ts';

/** A device that cannot make itself understood is asked so often, then no more. */
const retriesMax = 5;

/** A phone asks a linked device for a message that it could not decrypt, and hands it fresh keys. */
export function askAgain(world: World, { phone, form, author, sender, stanza, group }: SealedEnvelope): void {
  const id = stanza.attrs.id ?? '';
  world.statistics.undecryptable++;
  phone.undecryptable++;
  const count = phone.countRetry(`${id} ${sender.phone}:${sender.device}`);
  if (count > retriesMax) return;
  const bundle = phone.keys.issueBundle();
  const from = phone.jid(form);
  const isOwn = author === phone && group === undefined;
  sender.deliver(
    node(
      'receipt',
      {
        from: group?.id ?? from,
        participant: group === undefined ? undefined : from,
        id,
        type: 'retry',
        t: nowSeconds(),
        recipient: isOwn ? stanza.attrs.to : undefined,
      },
      [
        node('retry', { count: String(count), id, t: stanza.attrs.t ?? nowSeconds(), v: '1', error: '0' }),
        node('registration', {}, numberBytes(bundle.registrationId, 4)),
        node('keys', {}, [
          node('type', {}, Buffer.from([5])),
          node('identity', {}, bundle.identity),
          ...keyNodes(bundle),
        ]),
      ],
    ),
  );
}
