import type { Connection } from '../connection.ts';
import { bytesOf, child, type Node, node, serverJid } from '../wire/node.ts';
import type { World } from '../world/world.ts';
import type { IqAnswer } from './handle-iq.ts';

const notFound: IqAnswer = { code: 404, text: 'item-not-found' };

/** A client asks for the picture of a person or a group, or sets or removes one; without a target its own. */
export async function answerProfilePicture(connection: Connection, request: Node): Promise<IqAnswer> {
  const { world, companion } = connection;
  const { target, type } = request.attrs;
  const own = world.directory.find(companion?.phone ?? '');
  const group = world.groups.find(target);
  const owner = group ?? (target === undefined ? own : world.directory.resolve(target)?.account)?.state;
  if (owner === undefined) return notFound;
  if (type === 'get') {
    const asked = child(request, 'picture')?.attrs.type ?? 'preview';
    return owner.picture === undefined ? notFound : [pictureNode(world, owner.picture, asked)];
  }
  if (group === undefined && owner !== own?.state) return { code: 403, text: 'forbidden' };
  const bytes = bytesOf(child(request, 'picture'));
  owner.picture = bytes === undefined ? undefined : await storePicture(world, bytes);
  if (group === undefined) own?.keep();
  else world.groups.keep(group);
  return bytes === undefined ? [] : [node('picture', { id: owner.picture })];
}

/** Keeps a picture; answers its id. */
export async function storePicture(world: World, bytes: Buffer): Promise<string> {
  const chunks = (async function* once() {
    yield bytes;
  })();
  return (await world.media.gallery.put(chunks)).id;
}

/** Tells the linked devices of everybody who has this phone in a chat that its picture has changed. */
export function announcePicture(world: World, phone: string): void {
  const account = world.directory.find(phone);
  if (account === undefined) return;
  const { picture } = account.state;
  const t = String(Math.floor(Date.now() / 1000));
  for (const other of world.directory.all()) {
    if (other === account || !other.knows(phone)) continue;
    for (const companion of other.companions.values()) {
      const id = `picture-${Date.now()}-${companion.device}`;
      const change = picture === undefined ? node('delete', { jid: account.jid() }) : node('set', { id: picture });
      companion.deliver(node('notification', { from: account.jid(), type: 'picture', id, t, to: serverJid }, [change]));
    }
  }
}

function pictureNode(world: World, id: string, type: string): Node {
  return node('picture', { id, type, url: `https://${world.media.host}/p/${id}.jpg`, direct_path: `/p/${id}.jpg` });
}
