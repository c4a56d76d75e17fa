import type { Account } from '../accounts/account.ts';
import type { Companion } from '../accounts/companion.ts';
import type { Connection } from '../connection.ts';
import { statusJid } from '../phone/chat.ts';
import { authorAttributes, nowSeconds } from '../phone/message-stanza.ts';
import { readEnvelope } from '../phone/read-envelope.ts';
import { parseJid } from '../wire/jid.ts';
import { child, type Node, node } from '../wire/node.ts';
import type { World } from '../world/world.ts';
import { acknowledge } from './acknowledge.ts';
import { envelopesIn } from './envelopes.ts';
import { handleGroupMessage, handleStatusPost } from './handle-group-message.ts';
import { refusalOf } from './refuse-message.ts';

/**
 * A linked device sends a message: every device it is encrypted for gets its copy (phones decrypt at once), then the sender gets its
 * `ack`. Recipients that do not exist are passed over, as the real service does.
 */
export async function handleMessage(connection: Connection, stanza: Node): Promise<void> {
  const { companion, world } = connection;
  const author = companion === undefined ? undefined : world.directory.find(companion.phone);
  if (companion === undefined || author === undefined) return;
  world.statistics.messagesFromDevices++;
  const refusal = refusalOf(world, author, stanza);
  if (refusal !== undefined) return acknowledge(connection, stanza, refusal);
  const { to } = stanza.attrs;
  if (to?.endsWith('@g.us')) {
    return acknowledge(connection, stanza, await handleGroupMessage(world, { author, sender: companion, stanza }));
  }
  if (to === statusJid) await handleStatusPost(world, { author, sender: companion, stanza });
  else await deliver(world, author, companion, stanza);
  acknowledge(connection, stanza);
}

async function deliver(world: World, author: Account, sender: Companion, stanza: Node): Promise<void> {
  for (const { to, encrypted } of envelopesIn(stanza)) {
    const found = world.directory.resolve(to);
    if (found === undefined) continue;
    const { account, jid } = found;
    const recipient = account.companions.get(jid.device);
    if (jid.device === 0) {
      await readEnvelope(world, { phone: account, form: jid.form, author, sender, stanza, parts: [encrypted] });
    } else if (recipient !== undefined && recipient !== sender) {
      forward(world, { author, sender, recipient, to, stanza, encrypted });
    }
  }
}

interface Forward {
  readonly author: Account;
  readonly sender: Companion;
  readonly recipient: Companion;
  readonly to: string;
  readonly stanza: Node;
  readonly encrypted: Node;
}

/** From one linked device to another: the server only changes the addresses. */
function forward(world: World, { author, sender, recipient, to, stanza, encrypted }: Forward): void {
  const form = parseJid(to)?.form ?? 'pn';
  const identity = child(stanza, 'device-identity');
  const { id, type, edit } = stanza.attrs;
  recipient.deliver(
    node(
      'message',
      {
        ...authorAttributes(author, form, sender.device),
        id,
        t: nowSeconds(),
        type,
        edit,
        notify: author.state.name,
        recipient: recipient.phone === author.phone ? (stanza.attrs.recipient ?? stanza.attrs.to) : undefined,
      },
      identity === undefined ? [encrypted] : [encrypted, identity],
    ),
  );
  world.statistics.messagesToDevices++;
}
