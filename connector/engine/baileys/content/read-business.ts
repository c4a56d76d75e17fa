import type { proto } from '@whiskeysockets/baileys';
import type { MessageContent } from '../../../../core/messages/message-content.ts';
import { cutText, nameCharactersMax, urlCharactersMax } from './cut-text.ts';
import type { ContentReaders } from './read-parts.ts';
import { readLocation } from './read-shown.ts';

const idCharactersMax = 256;
const descriptionCharactersMax = 4_096;
/** The protocol's amounts are in thousandths. */
const amountUnit = 1_000;
/** The last second that a date of four digits can name. */
const secondsMax = 253_402_300_799;

/** Readers of invitations, appointments, baskets and articles. Without what identifies it, each falls through to `unsupported`. */
export const businessReaders: ContentReaders = {
  groupInviteMessage: readInvite,
  eventMessage: readEvent,
  orderMessage: readOrder,
  productMessage: readProduct,
};

function readInvite(part: proto.Message.IGroupInviteMessage): MessageContent | undefined {
  const groupId = cutText(part.groupJid, idCharactersMax);
  const code = cutText(part.inviteCode, idCharactersMax);
  if (groupId === undefined || code === undefined) return undefined;
  const groupName = cutText(part.groupName, nameCharactersMax) ?? '';
  const expiresAt = momentOf(part.inviteExpiration);
  const caption = cutText(part.caption);
  return {
    type: 'group_invite',
    invite: { groupId, groupName, code, ...(expiresAt === undefined ? {} : { expiresAt }) },
    ...(caption === undefined ? {} : { caption }),
  };
}

function readEvent(part: proto.Message.IEventMessage): MessageContent | undefined {
  const name = cutText(part.name, nameCharactersMax);
  if (name === undefined) return undefined;
  const place = part.location ? readLocation(part.location, false) : undefined;
  return {
    type: 'event',
    event: {
      name,
      ...optional('description', cutText(part.description, descriptionCharactersMax)),
      ...optional('startsAt', momentOf(part.startTime)),
      ...optional('endsAt', momentOf(part.endTime)),
      ...(place?.type === 'location' ? { location: place.location } : {}),
      ...optional('joinUrl', cutText(part.joinLink, urlCharactersMax)),
      canceled: part.isCanceled === true,
    },
  };
}

/** The token that comes along opens the basket to whoever has it, and stays inside. */
function readOrder(part: proto.Message.IOrderMessage): MessageContent | undefined {
  const id = cutText(part.orderId, idCharactersMax);
  if (id === undefined) return undefined;
  return {
    type: 'order',
    order: {
      id,
      itemCount: Math.max(0, part.itemCount ?? 0),
      ...optional('title', cutText(part.orderTitle, nameCharactersMax)),
      ...optional('message', cutText(part.message, descriptionCharactersMax)),
      ...optional('total', amountOf(part.totalAmount1000)),
      ...optional('currency', cutText(part.totalCurrencyCode, 3)),
    },
  };
}

function readProduct(part: proto.Message.IProductMessage): MessageContent | undefined {
  const { product, body } = part;
  const id = cutText(product?.productId, idCharactersMax);
  if (!product || id === undefined) return undefined;
  return {
    type: 'product',
    product: {
      id,
      title: cutText(product.title, nameCharactersMax) ?? '',
      ...optional('description', cutText(product.description, descriptionCharactersMax)),
      ...optional('retailerId', cutText(product.retailerId, idCharactersMax)),
      ...optional('price', amountOf(product.priceAmount1000)),
      ...optional('currency', cutText(product.currencyCode, 3)),
      ...optional('url', cutText(product.url, urlCharactersMax)),
    },
    ...optional('caption', cutText(body)),
  };
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]: Value });
}

/** Seconds since 1970 as ISO 8601. */
function momentOf(seconds: unknown): string | undefined {
  const number = Number(seconds ?? Number.NaN);
  return Number.isSafeInteger(number) && number > 0 && number <= secondsMax
    ? new Date(number * 1_000).toISOString()
    : undefined;
}

function amountOf(thousandths: unknown): number | undefined {
  const number = Number(thousandths ?? Number.NaN);
  return Number.isSafeInteger(number) ? number / amountUnit : undefined;
}
