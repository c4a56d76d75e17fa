export type { SentMail } from './mailbox.ts';
export { type SesEngine, type SesOptions, startSes } from './start-ses.ts';
