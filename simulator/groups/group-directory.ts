import { randomBytes, randomInt } from 'node:crypto';
import type { Store } from '../storage/store.ts';
import type { AddressForm } from '../wire/jid.ts';
import type { Crowd } from './crowd.ts';
import { type GroupState, isMember } from './group.ts';

const groupsMax = 10_000;

export interface GroupRequest {
  readonly creator: string;
  readonly subject: string;
  /** Phone numbers of the other members. */
  readonly members: readonly string[];
  readonly crowd?: number;
  readonly addressing?: AddressForm;
}

/** All groups. */
export class GroupDirectory {
  readonly #store: Store;
  readonly #crowd: Crowd;
  readonly #groups = new Map<string, GroupState>();

  constructor(store: Store, crowd: Crowd) {
    this.#store = store;
    this.#crowd = crowd;
    for (const [, value] of store.entries('group/')) {
      const group = value as GroupState;
      this.#groups.set(group.id, group);
      for (const phone of group.crowd) crowd.add(phone);
    }
  }

  /** Makes a group; undefined when there are too many. */
  create({ creator, subject, members, crowd = 0, addressing = 'lid' }: GroupRequest): GroupState | undefined {
    if (this.#groups.size >= groupsMax) return undefined;
    const nowSeconds = Math.floor(Date.now() / 1000);
    const group: GroupState = {
      id: `1203630${randomInt(10_000_000, 99_999_999)}${String(this.#groups.size).padStart(4, '0')}@g.us`,
      creator,
      createdAt: nowSeconds,
      addressing,
      subject,
      subjectBy: creator,
      subjectAt: nowSeconds,
      announce: false,
      locked: false,
      joinApproval: false,
      everybodyAdds: true,
      ephemeral: 0,
      inviteCode: newInviteCode(),
      roles: { [creator]: 'superadmin' },
      crowd: this.#crowd.gather(crowd),
    };
    for (const phone of members) group.roles[phone] ??= 'member';
    this.#groups.set(group.id, group);
    this.keep(group);
    return group;
  }

  keep(group: GroupState): void {
    this.#store.put(`group/${group.id}`, () => group);
  }

  find(id: string | undefined): GroupState | undefined {
    return this.#groups.get(id ?? '');
  }

  byInvite(code: string | undefined): GroupState | undefined {
    for (const group of this.#groups.values()) if (group.inviteCode === code) return group;
    return undefined;
  }

  all(): readonly GroupState[] {
    return [...this.#groups.values()];
  }

  ofMember(phone: string): readonly GroupState[] {
    return this.all().filter((group) => isMember(group, phone));
  }
}

export function newInviteCode(): string {
  return randomBytes(16).toString('base64url');
}
