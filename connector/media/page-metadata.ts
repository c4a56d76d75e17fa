export interface PageMetadata {
  readonly title: string;
  readonly description?: string;
  readonly image?: string;
}

/** A tag is short; a longer one is no tag for us, and the pattern stays linear. */
const metaPattern = /<meta\s[^<>]{1,2000}>/gi;
const titlePattern = /<title[^<>]{0,200}>([^<]{1,1000})/i;
const attributePattern = /([a-z:-]{1,40})\s*=\s*(?:"([^"]{0,1900})"|'([^']{0,1900})')/gi;
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/**
 * Title, description and picture of a page, by its Open Graph tags or else the plain ones; `undefined` without a title.
 *
 * @example readPageMetadata('<title>Hello</title>', 'https://example.com') // { title: 'Hello' }
 */
export function readPageMetadata(html: string, url: string): PageMetadata | undefined {
  const meta = new Map<string, string>();
  for (const [tag] of html.matchAll(metaPattern)) {
    const attributes = Object.fromEntries(
      [...tag.matchAll(attributePattern)].map(([, name = '', double, single]) => [
        name.toLowerCase(),
        double ?? single ?? '',
      ]),
    );
    const name = (attributes.property ?? attributes.name ?? '').toLowerCase();
    if (name !== '' && attributes.content && !meta.has(name)) meta.set(name, plain(attributes.content));
  }
  const title = meta.get('og:title') ?? plain(titlePattern.exec(html)?.[1] ?? '');
  if (title === '') return undefined;
  const description = meta.get('og:description') ?? meta.get('description');
  const image = URL.parse(meta.get('og:image') ?? '', url)?.href;
  return {
    title,
    ...(description ? { description } : {}),
    ...(meta.has('og:image') && image !== undefined ? { image } : {}),
  };
}

function plain(text: string): string {
  return text
    .replace(/&(#x?[0-9a-f]{1,6}|[a-z]{2,6});/gi, (whole, name: string) => characterOf(name) ?? whole)
    .replace(/\s+/g, ' ')
    .trim();
}

function characterOf(name: string): string | undefined {
  if (!name.startsWith('#')) return entities[name.toLowerCase()];
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
