/** What a path-style request is about. */
export interface S3Request {
  readonly method: string;
  /** `''` for the list of buckets. */
  readonly bucket: string;
  /** Decoded; `''` for calls about the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
  /** Bucket and key of `x-amz-copy-source`. */
  readonly copySource: { readonly bucket: string; readonly key: string } | undefined;
}

/**
 * Reads bucket and key from the path; buckets as sub-domains are not served, because sub-domains of loopback names do not resolve everywhere.
 *
 * @example readS3Request('GET', '/media/a%20b.jpg?X-Amz-Expires=60', undefined).key // 'a b.jpg'
 */
export function readS3Request(method: string, url: string, copySource: string | undefined): S3Request {
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
  const source = copySource === undefined ? undefined : splitPath(copySource.split('?')[0] ?? '');
  return { method, ...splitPath(path), query, copySource: source };
}

function splitPath(path: string): { bucket: string; key: string } {
  const plain = path.replace(/^\//, '');
  const slash = plain.indexOf('/');
  const bucket = slash === -1 ? plain : plain.slice(0, slash);
  return { bucket: decode(bucket), key: slash === -1 ? '' : decode(plain.slice(slash + 1)) };
}

/** A stray percent sign is taken as it stands; the store will not find such a key. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
