import type { Account } from '../accounts/account.ts';
import type { Companion } from '../accounts/companion.ts';
import type { Connection } from '../connection.ts';
import { collectionOf, patchesSince, takePatch } from '../wire/app-state.ts';
import { bytesOf, child, children, type Node, node } from '../wire/node.ts';

/** A client that is still there so long after its first question has stored the answer. */
const settledAfterMs = 2000;

/** Gives a device the app state that it does not have, and takes the patches that it brings. */
export async function answerAppStateSync(connection: Connection, request: Node): Promise<Node[]> {
  const { companion, world } = connection;
  const account = companion === undefined ? undefined : world.directory.find(companion.phone);
  if (companion === undefined || account === undefined) return [];
  if (!companion.state.isBootstrapped) {
    world.timers.after(settledAfterMs, () => {
      if (connection.isClosed) return;
      companion.state.isBootstrapped = true;
      companion.keep();
    });
  }
  const answers: Node[] = [];
  for (const asked of children(child(request, 'sync'), 'collection')) {
    answers.push(await syncCollection(account, companion, asked));
  }
  return [node('sync', {}, answers)];
}

async function syncCollection(account: Account, companion: Companion, asked: Node): Promise<Node> {
  const { name = '', version = '0' } = asked.attrs;
  const state = account.appState();
  const patch = bytesOf(child(asked, 'patch') ?? child(child(asked, 'patches'), 'patch'));
  if (patch !== undefined) {
    if (!(await takePatch(state, name, patch, Number(version)))) {
      return node('collection', { name, type: 'error' }, [node('error', { code: '409', text: 'conflict' })]);
    }
    account.keep();
    announceAppState(account, name, companion);
    return node('collection', { name, version: String(collectionOf(state, name).version) });
  }
  const collection = collectionOf(state, name);
  const patches = patchesSince(collection, Number(version)).map((encoded) => node('patch', {}, encoded));
  const attributes = { name, version: String(collection.version), has_more_patches: 'false' };
  return node('collection', attributes, patches.length === 0 ? undefined : [node('patches', {}, patches)]);
}

/** Tells the linked devices, but for the author of a change, that a collection has a new version. */
export function announceAppState(account: Account, name: string, author?: Companion): void {
  const now = Date.now();
  const version = String(collectionOf(account.appState(), name).version);
  for (const companion of account.companions.values()) {
    if (companion === author) continue;
    companion.deliver(
      node(
        'notification',
        {
          from: account.jid(),
          type: 'server_sync',
          id: `state-${now}-${version}`,
          t: String(Math.floor(now / 1000)),
        },
        [node('collection', { name, version })],
      ),
    );
  }
}
