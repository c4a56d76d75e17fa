import {
  type BinaryNode,
  decodeBinaryNode,
  encodeBinaryNode,
  getAllBinaryNodeChildren,
  getBinaryNodeChild,
  getBinaryNodeChildren,
} from '@whiskeysockets/baileys/lib/WABinary/index.js';

/** One stanza or a part of one: a tag, string attributes, and children, text or bytes. */
export type Node = BinaryNode;

export type Attributes = Readonly<Record<string, string | undefined>>;

/**
 * The server's own address. The `@` matters: clients compare with it, and do not recognise the bare host.
 */
export const serverJid = '@s.whatsapp.net';

/**
 * Makes a node. Attributes that are undefined are left out; numbers must be written as strings, since the encoder drops them silently.
 *
 * @example node('ack', { class: 'message', id, from })
 */
export function node(tag: string, attributes: Attributes = {}, content?: Node['content']): Node {
  const attrs: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) attrs[name] = value;
  return content === undefined ? { tag, attrs } : { tag, attrs, content };
}

export function child(parent: Node | undefined, tag: string): Node | undefined {
  return getBinaryNodeChild(parent, tag);
}

/** The first child, whatever its tag: it tells most requests apart. */
export function firstChild(parent: Node): Node | undefined {
  return getAllBinaryNodeChildren(parent)[0];
}

export function children(parent: Node | undefined, tag: string): Node[] {
  return parent === undefined ? [] : getBinaryNodeChildren(parent, tag);
}

/** A node's content as bytes. Short contents that look like tokens come back from the decoder as text. */
export function bytesOf(parent: Node | undefined): Buffer | undefined {
  const content = parent?.content;
  if (typeof content === 'string') return Buffer.from(content, 'latin1');
  return content instanceof Uint8Array ? Buffer.from(content) : undefined;
}

/** The bytes of a child, or an error that names it. */
export function requiredBytes(parent: Node | undefined, tag: string): Buffer {
  const bytes = bytesOf(child(parent, tag));
  if (bytes === undefined) throw new Error(`<${parent?.tag ?? 'nothing'}> has no <${tag}> with content.`);
  return bytes;
}

/** A big-endian number of 1 to 4 bytes in a child, or an error that names it. */
export function requiredNumber(parent: Node | undefined, tag: string): number {
  const bytes = requiredBytes(parent, tag);
  if (bytes.length === 0 || bytes.length > 4) throw new Error(`<${tag}> is no number.`);
  return bytes.readUIntBE(0, bytes.length);
}

export function numberBytes(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
}

export function encodeNode(value: Node): Buffer {
  return encodeBinaryNode(value);
}

export function decodeNode(bytes: Buffer): Promise<Node> {
  return decodeBinaryNode(bytes);
}
