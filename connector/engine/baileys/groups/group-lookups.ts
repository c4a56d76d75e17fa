import type { GroupMetadata, WASocket } from '@whiskeysockets/baileys';
import { LRUCache } from 'lru-cache';
import type { KeyVault } from '../../../keys/key-vault.ts';
import type { ConnectOptions, EngineEvent } from '../../port.ts';
import { metadataOfSnapshot, snapshotOfMetadata } from './group-metadata.ts';
import { readSessionsAhead } from './read-sessions-ahead.ts';

export interface GroupLookupsOptions {
  readonly socket: () => Pick<WASocket, 'groupMetadata'>;
  readonly findGroup: ConnectOptions['findGroup'];
  readonly vault: Pick<KeyVault, 'get' | 'readAhead'>;
  readonly emit: (event: EngineEvent) => void;
  readonly now: () => number;
}

export interface GroupLookups {
  /** What a send to a group needs; asks WhatsApp only for a group that nobody has seen yet. */
  find(groupId: string): Promise<GroupMetadata | undefined>;
  /** Somebody wrote in a group: asks for it once if it is not known. Nobody waits for the answer. */
  learn(groupId: string): void;
}

/** Groups of one socket that were asked for, so that a busy unknown group is one question. */
const askedMax = 500;
/** A refusal may be over by then: the account was let in again. */
const askedMs = 3_600_000;

/** Keeps WhatsApp from being asked for a group's members at each message; whatever is learned goes to the directory. */
export function createGroupLookups({ socket, findGroup, vault, emit, now }: GroupLookupsOptions): GroupLookups {
  const asked = new LRUCache<string, true>({ max: askedMax, ttl: askedMs });
  const ask = async (groupId: string): Promise<GroupMetadata> => {
    const metadata = await socket().groupMetadata(groupId);
    emit({ type: 'group', snapshot: snapshotOfMetadata(metadata, now()) });
    return metadata;
  };
  return {
    find: async (groupId) => {
      const metadata = metadataOfSnapshot(await findGroup(groupId)) ?? (await ask(groupId));
      await readSessionsAhead(vault, metadata);
      return metadata;
    },
    learn: (groupId) => {
      if (asked.has(groupId)) return;
      asked.set(groupId, true);
      findGroup(groupId)
        .then((known) => (known === undefined ? ask(groupId) : undefined))
        // The next send to the group asks again; until then the directory does without it.
        .catch(() => undefined);
    },
  };
}
