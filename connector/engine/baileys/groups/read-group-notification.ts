import { type BinaryNode, getBinaryNodeChild, getBinaryNodeChildren } from '@whiskeysockets/baileys';
import type { Identity } from '../../../../core/identity.ts';
import type { DirectoryEvent, GroupAction } from '../../directory-event.ts';
import { cutText } from '../content/cut-text.ts';
import { identityOfJid } from '../identity-of-jid.ts';

type GroupEvent = Extract<DirectoryEvent, { type: 'group_changed' | 'group_participants' }>;
type Change = Extract<GroupEvent, { type: 'group_changed' }>['change'];

const actions: ReadonlySet<string> = new Set(['add', 'remove', 'leave', 'promote', 'demote']);
const participantsMax = 1_100;

/**
 * What a notification of a group tells; empty for what says nothing about the group itself. The stanza is read because Baileys wraps
 * the same in messages of its own, which are buffered.
 *
 * @example readGroupNotification(node, Date.now()) // [{ type: 'group_participants', action: 'add', … }]
 */
export function readGroupNotification(node: BinaryNode, nowMs: number): GroupEvent[] {
  const { from, id, participant, participant_pn, participant_lid, t } = node.attrs;
  if (!from?.endsWith('@g.us') || !id) return [];
  const children = Array.isArray(node.content) ? node.content : [];
  const base = {
    groupId: from,
    by: participant ? identityOfJid(participant, participant_pn ?? participant_lid) : null,
    at: new Date(t === undefined || !Number.isFinite(Number(t)) ? nowMs : Number(t) * 1000).toISOString(),
  };
  return children.flatMap((child, index): GroupEvent[] => {
    // One notification may tell several things.
    const stanzaId = index === 0 ? id : `${id}/${index}`;
    if (actions.has(child.tag)) {
      const participants = participantsOf(child);
      const action = actionOf(child.tag as GroupAction, participants, base.by);
      return [{ type: 'group_participants', ...base, stanzaId, action, participants }];
    }
    const change = changeOf(child);
    return change === undefined ? [] : [{ type: 'group_changed', ...base, stanzaId, change }];
  });
}

/** Who removes themselves leaves. */
function actionOf(tag: GroupAction, participants: readonly Identity[], by: Identity | null): GroupAction {
  const [only] = participants;
  return tag === 'remove' && participants.length === 1 && by !== null && only?.id === by.id ? 'leave' : tag;
}

function participantsOf(child: BinaryNode): Identity[] {
  return getBinaryNodeChildren(child, 'participant')
    .slice(0, participantsMax)
    .flatMap(({ attrs: { jid, phone_number, lid } }) => (jid ? [identityOfJid(jid, phone_number ?? lid)] : []));
}

/** `undefined` for what the directory does not show; an empty change for a group that is new. */
function changeOf(child: BinaryNode): Change | undefined {
  switch (child.tag) {
    case 'create':
      return {};
    case 'subject':
      return { subject: cutText(child.attrs.subject, 256) ?? '' };
    case 'description':
      return { description: cutText(textOf(getBinaryNodeChild(child, 'body'))) ?? null };
    case 'announcement':
      return { announce: true };
    case 'not_announcement':
      return { announce: false };
    case 'locked':
      return { locked: true };
    case 'unlocked':
      return { locked: false };
    case 'ephemeral': {
      const seconds = Number(child.attrs.expiration);
      return { disappearingSeconds: Number.isSafeInteger(seconds) && seconds > 0 ? seconds : null };
    }
    case 'not_ephemeral':
      return { disappearingSeconds: null };
    default:
      return undefined;
  }
}

function textOf(node: BinaryNode | undefined): string | undefined {
  const content = node?.content;
  if (typeof content === 'string') return content;
  return content instanceof Uint8Array ? Buffer.from(content).toString() : undefined;
}
