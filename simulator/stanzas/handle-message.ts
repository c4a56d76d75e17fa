import type { Account } from '../accounts/account.ts';
import type { Companion } from '../accounts/companion.ts';
import type { Connection } from '../connection.ts';
import { authorAttributes, nowSeconds } from '../phone/message-stanza.ts';
import { readEnvelope } from '../phone/read-envelope.ts';
import { parseJid } from '../wire/jid.ts';
import { child, children, type Node, node } from '../wire/node.ts';
import type { World } from '../world/world.ts';

const defaultAckDelayMs = 2000;
/** 463: the account may not write to new people at the moment. */
const reachOutTimelocked = 463;

/**
 * A linked device sends a message: every device it is encrypted for gets its copy (phones decrypt at once), then the sender gets its
 * `ack`. Recipients that do not exist are passed over, as the real service does.
 */
export async function handleMessage(connection: Connection, stanza: Node): Promise<void> {
  const { companion, world } = connection;
  const author = companion === undefined ? undefined : world.directory.find(companion.phone);
  if (companion === undefined || author === undefined) return;
  world.statistics.messagesFromDevices++;
  const refusal = stanza.attrs.category === 'peer' ? undefined : world.faults.strike('ack-error', author.phone);
  if (refusal !== undefined) return acknowledge(connection, stanza, refusal.code ?? reachOutTimelocked);
  for (const { to, encrypted } of envelopes(stanza)) {
    const found = world.directory.resolve(to);
    if (found === undefined) continue;
    const { account, jid } = found;
    const recipient = account.companions.get(jid.device);
    if (jid.device === 0) {
      await readEnvelope(world, { phone: account, addressedTo: to, author, sender: companion, stanza, encrypted });
    } else if (recipient !== undefined && recipient !== companion) {
      forward(world, { author, sender: companion, recipient, to, stanza, encrypted });
    }
  }
  acknowledge(connection, stanza);
}

/** One ciphertext per device; a message sent again to a single device has no list. */
function envelopes(stanza: Node): { to: string; encrypted: Node }[] {
  const listed = children(child(stanza, 'participants'), 'to').map((to) => ({
    to: to.attrs.jid,
    encrypted: child(to, 'enc'),
  }));
  const direct = { to: stanza.attrs.to, encrypted: child(stanza, 'enc') };
  return [...listed, direct].flatMap(({ to, encrypted }) =>
    to === undefined || encrypted === undefined ? [] : [{ to, encrypted }],
  );
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

function acknowledge(connection: Connection, stanza: Node, error?: number): void {
  const { world, phone } = connection;
  if (error === undefined && world.faults.strike('lose-acks', phone) !== undefined) return;
  const delay = world.faults.strike('delay-acks', phone);
  const ack = node('ack', {
    class: 'message',
    id: stanza.attrs.id,
    from: stanza.attrs.to,
    t: nowSeconds(),
    error: error === undefined ? undefined : String(error),
  });
  world.timers.after(delay === undefined ? 0 : (delay.milliseconds ?? defaultAckDelayMs), () => connection.send(ack));
}
