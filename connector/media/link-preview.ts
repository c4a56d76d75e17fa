import type { Message } from '../../core/messages/message.ts';
import type { LinkPreview } from '../../core/messages/message-content.ts';
import { type GuardedAgent, guardedRequest } from '../../core/webhooks/guard/index.ts';
import { downloadUrl } from './download-url.ts';
import { readPageMetadata } from './page-metadata.ts';
import { prepareImage } from './prepare-image.ts';
import type { TempFolder } from './temp-folder.ts';

export interface FoundPreview {
  readonly content: Message['content'];
  readonly picture?: Uint8Array;
}

/** What a link's page says of itself, put into the message; `undefined` when there is nothing to add. Never throws. */
export type FindLinkPreview = (message: Message) => Promise<FoundPreview | undefined>;

/** A preview is an ornament: the message does not wait for it. */
const pageMs = 3_000;
const pictureMs = 2_000;
const pageBytesMax = 256 * 1024;
const pictureBytesMax = 2 * 1024 * 1024;
const titleCharactersMax = 300;
const descriptionCharactersMax = 600;
const linkPattern = /https?:\/\/[^\s<>"']{4,2000}/i;

/** @example await createFindLinkPreview({ agent, folder })(message) */
export function createFindLinkPreview(options: {
  readonly agent: GuardedAgent;
  readonly folder: TempFolder;
}): FindLinkPreview {
  return async ({ content, wantsLinkPreview }) => {
    if (content.type !== 'text' || wantsLinkPreview !== true || content.linkPreview !== undefined) return undefined;
    const url = linkPattern.exec(content.text)?.[0]?.replace(/[).,;!?]+$/, '');
    if (url === undefined) return undefined;
    const page = await readPage(options.agent, url);
    if (page === undefined) return undefined;
    const { description } = page;
    const linkPreview: LinkPreview = {
      url,
      title: page.title.slice(0, titleCharactersMax),
      ...(description === undefined ? {} : { description: description.slice(0, descriptionCharactersMax) }),
    };
    const picture = page.image === undefined ? undefined : await readPicture(options, page.image);
    return { content: { ...content, linkPreview }, ...(picture === undefined ? {} : { picture }) };
  };
}

async function readPage(agent: GuardedAgent, url: string) {
  const headers = { accept: 'text/html', 'user-agent': 'WhatsApp/2' };
  const answer = await guardedRequest(agent, {
    url,
    method: 'GET',
    headers,
    timeoutMs: pageMs,
    responseLimitBytes: pageBytesMax,
  });
  if (answer.kind !== 'answer' || answer.statusCode !== 200) return undefined;
  if (!String(answer.headers['content-type'] ?? '').includes('html')) return undefined;
  return readPageMetadata(answer.head.toString(), url);
}

async function readPicture(
  { agent, folder }: { readonly agent: GuardedAgent; readonly folder: TempFolder },
  url: string,
): Promise<Uint8Array | undefined> {
  const path = folder.newPath();
  try {
    const outcome = await downloadUrl(url, path, { agent, bytesMax: pictureBytesMax, timeoutMs: pictureMs });
    return outcome.kind === 'downloaded' ? (await prepareImage(path)).thumbnail : undefined;
  } catch {
    // Not a picture after all; the preview goes without.
    return undefined;
  } finally {
    await Promise.all([folder.remove(path), folder.remove(`${path}.made`)]);
  }
}
