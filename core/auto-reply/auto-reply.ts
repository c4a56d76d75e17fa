import type { MediaSource } from '../messages/media.ts';

/** When a rule fires. Texts are compared without regard to case and accents; `regex` is RE2, which cannot be made slow. */
export type ReplyTrigger =
  /** `keyword`: one of the values stands in the text as a word, or as words, of its own. */
  | { readonly kind: 'keyword' | 'contains' | 'startsWith'; readonly values: readonly string[] }
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'any' }
  /** The first message that this contact wrote since the session was linked; in a group, the first of all. */
  | { readonly kind: 'firstContact' }
  /** Any message outside the business hours. */
  | { readonly kind: 'away' };

export type ReplyMediaType = 'image' | 'video' | 'audio' | 'voice' | 'document';

/** What is sent. `{{name}}`, `{{firstName}}`, `{{phone}}`, `{{text}}` and `{{sessionName}}` are filled in. */
export interface ReplyAnswer {
  /** With media, the caption. */
  readonly text?: string | undefined;
  readonly media?:
    | { readonly type: ReplyMediaType; readonly source: Exclude<MediaSource, { readonly kind: 'inline' }> }
    | undefined;
}

export interface ReplyRule {
  /** Unique in the list; the cool-down is counted under it. */
  readonly id: string;
  readonly enabled: boolean;
  readonly trigger: ReplyTrigger;
  readonly reply: ReplyAnswer;
  /** Fires only inside, only outside, or regardless of the business hours. */
  readonly hours: 'any' | 'inside' | 'outside';
  /** The same contact, or group, gets this rule's answer at most once in this time; 0 means each time. */
  readonly cooldownHours: number;
}

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

/** Opening times, `09:00` to `17:30`; more than one a day for a break at noon. One that ends before it begins ends on the next day. */
export interface BusinessHours {
  /** IANA name, such as `Europe/Berlin`. */
  readonly timeZone: string;
  readonly days: Readonly<Partial<Record<Weekday, readonly OpeningTime[] | undefined>>>;
}

export interface OpeningTime {
  readonly from: string;
  readonly to: string;
}

/** A tenant's auto-reply of one session. Rules are tried in order; the first that fits answers. */
export interface AutoReply {
  readonly enabled: boolean;
  readonly rules: readonly ReplyRule[];
  readonly businessHours: BusinessHours | null;
  /** Also in groups, and there only when the session is mentioned. */
  readonly groups: boolean;
  /** No answers in a chat for this long after a person answered there from the phone or over the API. */
  readonly pauseMinutesAfterHuman: number;
  /**
   * Answers in one chat in one hour, and in one day, at most, whatever the rules say. Two bots that face each other fall silent at the first of
   * them, for good, because each only answers; the day stops those that take their time.
   */
  readonly answersPerContactHourMax: number;
  readonly answersPerContactDayMax: number;
}

/** What a session has that was given no auto-reply. */
export const noAutoReply: AutoReply = {
  enabled: false,
  rules: [],
  businessHours: null,
  groups: false,
  pauseMinutesAfterHuman: 60,
  answersPerContactHourMax: 5,
  answersPerContactDayMax: 20,
};
