import type { Message } from './message-content.ts';

export interface Invite {
  readonly group: string;
  readonly code: string;
  readonly subject: string;
  readonly caption?: string | undefined;
  /** Seconds since 1970. */
  readonly expires?: number | undefined;
}

export interface Appointment {
  readonly name: string;
  readonly description?: string | undefined;
  /** Seconds since 1970. */
  readonly start: number;
  readonly end?: number | undefined;
  readonly joinLink?: string | undefined;
  readonly canceled?: boolean | undefined;
}

export interface Basket {
  readonly id: string;
  readonly items: number;
  readonly title?: string | undefined;
  readonly message?: string | undefined;
  readonly total?: number | undefined;
  readonly currency?: string | undefined;
}

export interface Article {
  readonly id: string;
  readonly title: string;
  readonly description?: string | undefined;
  readonly price?: number | undefined;
  readonly currency?: string | undefined;
  readonly caption?: string | undefined;
}

/** How a person answers a message that has buttons or a list. */
export interface Pressed {
  readonly kind: 'button' | 'list' | 'template' | 'form';
  readonly id: string;
  readonly text: string;
}

const thousandths = 1_000;

export function inviteMessage({ group, code, subject, caption, expires }: Invite): Message {
  const groupInviteMessage = { groupJid: group, inviteCode: code, groupName: subject };
  return {
    groupInviteMessage: {
      ...groupInviteMessage,
      ...(caption === undefined ? {} : { caption }),
      ...(expires === undefined ? {} : { inviteExpiration: expires }),
    },
  };
}

export function eventMessage({ name, description, start, end, joinLink, canceled }: Appointment): Message {
  return {
    eventMessage: {
      name,
      startTime: start,
      isCanceled: canceled === true,
      ...(description === undefined ? {} : { description }),
      ...(end === undefined ? {} : { endTime: end }),
      ...(joinLink === undefined ? {} : { joinLink }),
    },
  };
}

export function orderMessage({ id, items, title, message, total, currency }: Basket): Message {
  return {
    orderMessage: {
      orderId: id,
      itemCount: items,
      token: 'a-token-that-opens-the-basket',
      ...(title === undefined ? {} : { orderTitle: title }),
      ...(message === undefined ? {} : { message }),
      ...(total === undefined ? {} : { totalAmount1000: Math.round(total * thousandths) }),
      ...(currency === undefined ? {} : { totalCurrencyCode: currency }),
    },
  };
}

export function productMessage({ id, title, description, price, currency, caption }: Article): Message {
  const product = {
    productId: id,
    title,
    ...(description === undefined ? {} : { description }),
    ...(price === undefined ? {} : { priceAmount1000: Math.round(price * thousandths) }),
    ...(currency === undefined ? {} : { currencyCode: currency }),
  };
  return { productMessage: { product, ...(caption === undefined ? {} : { body: caption }) } };
}

export function pressedMessage({ kind, id, text }: Pressed): Message {
  switch (kind) {
    case 'button':
      return { buttonsResponseMessage: { selectedButtonId: id, selectedDisplayText: text } };
    case 'list':
      return { listResponseMessage: { title: text, singleSelectReply: { selectedRowId: id } } };
    case 'template':
      return { templateButtonReplyMessage: { selectedId: id, selectedDisplayText: text } };
    case 'form':
      return {
        interactiveResponseMessage: {
          body: { text },
          nativeFlowResponseMessage: { name: 'quick_reply', paramsJson: JSON.stringify({ id }) },
        },
      };
  }
}
