import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readPageMetadata } from '../../../connector/media/page-metadata.ts';

it('prefers what a page says for previews', () => {
  const html = `<html><title>Plain &amp; simple</title><meta property="og:title" content="It&#39;s &quot;it&quot;">
    <meta content='words' name='description'><meta property="og:image" content="/a.png"></html>`;
  expect(readPageMetadata(html, 'https://example.com/b')).toEqual({
    title: 'It\'s "it"',
    description: 'words',
    image: 'https://example.com/a.png',
  });
  expect(readPageMetadata('<title>Plain &amp; simple</title>', 'https://example.com')).toEqual({
    title: 'Plain & simple',
  });
  expect(readPageMetadata('<p>no title</p>', 'https://example.com')).toBeUndefined();
});

it('never throws', () => {
  fc.assert(
    fc.property(fc.string(), (text) => void readPageMetadata(`<meta ${text}><title>${text}`, 'https://example.com')),
  );
});
