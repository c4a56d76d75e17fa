import { randomBytes } from 'node:crypto';
import { nowSeconds } from '../phone/message-stanza.ts';
import { type Node, node } from '../wire/node.ts';
import type { World } from '../world/world.ts';
import type { GroupState } from './group.ts';
import { memberJid } from './metadata-node.ts';

export interface GroupNotice {
  /** Who did it. */
  readonly by: string;
  readonly child: Node;
  /** People who are no members any more but have to hear it. */
  readonly former?: readonly string[];
}

/** Tells the linked devices of all members what has happened to a group. */
export function notifyMembers(world: World, group: GroupState, { by, child, former = [] }: GroupNotice): void {
  const isLid = group.addressing === 'lid';
  const notice = node(
    'notification',
    {
      from: group.id,
      type: 'w:gp2',
      id: randomBytes(8).toString('hex'),
      participant: memberJid(by, group.addressing),
      participant_pn: isLid ? memberJid(by, 'pn') : undefined,
      participant_lid: isLid ? undefined : memberJid(by, 'lid'),
      addressing_mode: group.addressing,
      notify: world.directory.find(by)?.state.name,
      t: nowSeconds(),
    },
    [child],
  );
  for (const phone of new Set([...Object.keys(group.roles), ...former])) {
    for (const companion of world.directory.find(phone)?.companions.values() ?? []) companion.deliver(notice);
  }
}
