import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Json } from '../../template/template.ts';
import type { Authorize, Engine } from '../engine.ts';
import { accessKeyIdOf } from '../http/access-key.ts';
import { AwsError } from '../http/aws-error.ts';
import { checkAccess } from '../http/check-access.ts';
import { listen } from '../http/listen.ts';
import { readBody } from '../http/read-body.ts';
import { defaultIdentity } from '../identity.ts';
import { Mailbox, type SentMail } from './mailbox.ts';
import { readEmail } from './read-email.ts';

export interface SesOptions {
  readonly port?: number | undefined;
  readonly authorize?: Authorize | undefined;
  readonly accountId?: string | undefined;
  readonly region?: string | undefined;
}

export interface SesEngine extends Engine {
  /** The last mails, newest last; nothing ever leaves the machine. */
  mails(to?: string): readonly SentMail[];
}

const sendPath = '/v2/email/outbound-emails';

/**
 * Starts SES (its second API) on loopback: SendEmail, which keeps the mail to be read. Every sender counts as verified.
 *
 * @example const ses = await startSes(); ses.mails('ann@example.com').at(-1)?.text
 */
export async function startSes(options: SesOptions = {}): Promise<SesEngine> {
  const mailbox = new Mailbox();
  const server = await listen('SES', options.port ?? 0, (request, response) => {
    answer(request, options, mailbox).then(
      (messageId) => send({ MessageId: messageId }, 200, {}),
      (error: unknown) => {
        const known =
          error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), { status: 500 });
        send({ message: known.message }, known.status, { 'x-amzn-errortype': known.code });
      },
    );
    const send = (body: object, status: number, headers: Readonly<Record<string, string>>) => {
      if (response.destroyed) return;
      response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID(), ...headers });
      response.end(JSON.stringify(body));
    };
  });
  return { endpoint: server.endpoint, mails: (to) => mailbox.list(to), stop: () => server.close() };
}

async function answer(request: IncomingMessage, options: SesOptions, mailbox: Mailbox): Promise<string> {
  const { accountId = defaultIdentity.accountId, region = defaultIdentity.region } = options;
  const body = await readBody(request);
  if (request.method !== 'POST' || request.url !== sendPath) {
    throw new AwsError('NotFoundException', `There is no ${request.method} ${request.url} here.`, { status: 404 });
  }
  const mail = readEmail(parse(body));
  const call = {
    accessKeyId: accessKeyIdOf(request.headers.authorization),
    action: 'ses:SendEmail',
    resource: `arn:aws:ses:${region}:${accountId}:identity/${mail.from}`,
    context: { 'ses:FromAddress': [mail.from] },
  };
  checkAccess(options.authorize, [call], { code: 'AccessDeniedException', status: 403 });
  const messageId = randomUUID();
  mailbox.put({ messageId, ...mail, sentAt: new Date().toISOString() });
  return messageId;
}

function parse(body: Buffer): Json {
  try {
    return JSON.parse(body.toString('utf8')) as Json;
  } catch (error) {
    throw new AwsError('BadRequestException', 'The body is not JSON.', { cause: error });
  }
}
