/** First byte of an encoded value: what follows. */
const rawBytes = 0;
const json = 1;
const bytesMarker = '$bytes';

/**
 * Turns plain data that may hold bytes into bytes. Class instances are written by their own fields and come back as plain objects;
 * their `toJSON` is not asked, since that of protobuf objects would turn bytes into text.
 *
 * @example decodeValue(encodeValue({ public: key, keyId: 5 })) // { public: Buffer, keyId: 5 }
 */
export function encodeValue(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return Buffer.concat([Buffer.of(rawBytes), value]);
  return Buffer.concat([Buffer.of(json), Buffer.from(JSON.stringify(toJson(value)))]);
}

/** Reads what `encodeValue` wrote; bytes come back as `Buffer`, each call gives fresh objects. */
export function decodeValue(encoded: Uint8Array): unknown {
  const body = Buffer.from(encoded.buffer, encoded.byteOffset + 1, encoded.length - 1);
  if (encoded[0] === rawBytes) return Buffer.from(body);
  if (encoded[0] === json) return fromJson(JSON.parse(body.toString()));
  throw new Error('A stored key has an unknown encoding.');
}

function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return { [bytesMarker]: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined && typeof field !== 'function')
      .map(([name, field]) => [name, toJson(field)]),
  );
}

function fromJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  const bytes = fields[bytesMarker];
  if (typeof bytes === 'string') return Buffer.from(bytes, 'base64');
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fromJson(field)]));
}
