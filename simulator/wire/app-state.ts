import { randomBytes } from 'node:crypto';
import { proto } from './proto.ts';

/** One collection of app state: encrypted patches in order, and the hash over all their entries. */
export interface AppStateCollection {
  version: number;
  /** Encoded `SyncdPatch`es in base64; patch n brings version n + 1. */
  patches: string[];
  hash: string;
  entries: Record<string, string>;
}

export interface AppState {
  readonly keyId: string;
  readonly keyData: string;
  readonly collections: Record<string, AppStateCollection>;
}

/** A phone that changes its name without end would grow its patches without end. */
const patchesMax = 1000;

/** Loaded late: it brings a WebAssembly module that only a linked phone needs. */
const chatUtilities = () => import('@whiskeysockets/baileys/lib/Utils/chat-utils.js');

export function createAppState(): AppState {
  return {
    keyId: randomBytes(6).toString('base64'),
    keyData: randomBytes(32).toString('base64'),
    collections: {},
  };
}

/** The collection of that name, new and empty if there is none. */
export function collectionOf(state: AppState, name: string): AppStateCollection {
  const known = state.collections[name];
  if (known !== undefined) return known;
  const fresh = { version: 0, patches: [], hash: Buffer.alloc(128).toString('base64'), entries: {} };
  state.collections[name] = fresh;
  return fresh;
}

/** The phone writes its owner's name, which companions read their own push name from. */
export async function writePushName(state: AppState, name: string, nowMs: number): Promise<void> {
  const { encodeSyncdPatch } = await chatUtilities();
  const collection = collectionOf(state, 'critical_block');
  if (collection.patches.length >= patchesMax) throw new Error(`App state holds ${patchesMax} patches already.`);
  const { patch, state: after } = await encodeSyncdPatch(
    {
      type: 'critical_block',
      index: ['setting_pushName'],
      syncAction: { pushNameSetting: { name }, timestamp: nowMs },
      apiVersion: 1,
      operation: proto.SyncdMutation.SyncdOperation.SET,
    },
    state.keyId,
    hashState(collection),
    async () => ({ keyData: Buffer.from(state.keyData, 'base64') }),
  );
  append(collection, patch, after);
}

/** Takes a companion's patch. Answers false when it was written on an old version or its MAC is false. */
export async function takePatch(state: AppState, name: string, encoded: Buffer, onVersion: number): Promise<boolean> {
  const collection = collectionOf(state, name);
  if (onVersion !== collection.version || collection.patches.length >= patchesMax) return false;
  const { decodeSyncdPatch } = await chatUtilities();
  const patch = proto.SyncdPatch.decode(encoded);
  patch.version = { version: onVersion + 1 };
  try {
    const after = await decodeSyncdPatch(
      patch,
      name as Parameters<typeof decodeSyncdPatch>[1],
      hashState(collection),
      async () => ({ keyData: Buffer.from(state.keyData, 'base64') }),
      () => undefined,
      true,
    );
    append(collection, patch, { ...after, version: onVersion + 1 });
  } catch {
    // The client learns it from the refusal; a false MAC says nothing more.
    return false;
  }
  return true;
}

/** The patches that bring a companion from its version to the newest. */
export function patchesSince(collection: AppStateCollection, version: number): Buffer[] {
  return collection.patches.slice(version).map((patch) => Buffer.from(patch, 'base64'));
}

interface HashState {
  version: number;
  hash: Buffer;
  indexValueMap: { [indexMac: string]: { valueMac: Uint8Array } };
}

function hashState(collection: AppStateCollection): HashState {
  const entries = Object.entries(collection.entries).map(
    ([index, mac]) => [index, { valueMac: Buffer.from(mac, 'base64') }] as const,
  );
  return {
    version: collection.version,
    hash: Buffer.from(collection.hash, 'base64'),
    indexValueMap: Object.fromEntries(entries),
  };
}

function append(collection: AppStateCollection, patch: proto.ISyncdPatch, after: HashState): void {
  collection.version = after.version;
  collection.hash = after.hash.toString('base64');
  collection.entries = Object.fromEntries(
    Object.entries(after.indexValueMap).map(([index, { valueMac }]) => [
      index,
      Buffer.from(valueMac).toString('base64'),
    ]),
  );
  const encoded = proto.SyncdPatch.encode({ ...patch, version: { version: after.version } }).finish();
  collection.patches.push(Buffer.from(encoded).toString('base64'));
}
