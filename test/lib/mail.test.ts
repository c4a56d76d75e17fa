import { describe, expect, test } from 'vitest';
import { readOptions } from '../../lib/options.ts';
import { resource, resourcesOf, synthesize } from './support/synthesize.ts';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** Statements of the mailer's role that name SES. */
function sesStatements(template: ReturnType<typeof synthesize>): Statement[] {
  const { Policies } = resource(template, 'AWS::IAM::Role', 'MailFunctionRole').Properties;
  const [policy] = Policies as { PolicyDocument: { Statement: Statement[] } }[];
  return (policy?.PolicyDocument.Statement ?? []).filter(({ Action }) => JSON.stringify(Action).includes('ses:'));
}

function environmentOf(template: ReturnType<typeof synthesize>, idStart: string): Record<string, unknown> {
  const { Environment } = resource(template, 'AWS::Lambda::Function', idStart).Properties;
  return (Environment as { Variables: Record<string, unknown> }).Variables;
}

describe('with a sender of mails', () => {
  const template = synthesize({ mailFrom: 'wharf@example.com', passwordResetUrl: 'https://app.example.com/password#' });

  test('the mailer may send as that sender, by its address or its domain, and nothing else of SES', () => {
    const identity = (name: string) => ({
      'Fn::Join': [
        '',
        ['arn:', { Ref: 'AWS::Partition' }, ':ses:us-east-1:', { Ref: 'AWS::AccountId' }, `:identity/${name}`],
      ],
    });
    expect(sesStatements(template)).toEqual([
      {
        Effect: 'Allow',
        Action: 'ses:SendEmail',
        Resource: [identity('example.com'), identity('wharf@example.com')],
        Condition: { StringEquals: { 'ses:FromAddress': 'wharf@example.com' } },
      },
    ]);
  });

  test('auth sends wishes to the queue, and the mailer knows sender and page', () => {
    expect(environmentOf(template, 'Auth').MAILS_QUEUE_URL).toEqual({ Ref: expect.stringMatching(/^MailQueue/) });
    expect(environmentOf(template, 'MailFunction')).toMatchObject({
      MAIL_FROM: 'wharf@example.com',
      PASSWORD_RESET_URL: 'https://app.example.com/password#',
    });
  });
});

test('without one there is no mailer, no queue for it and no right on SES', () => {
  const template = synthesize({ mailFrom: undefined });
  expect(resourcesOf(template, 'AWS::Lambda::Function').filter(([id]) => id.startsWith('Mail'))).toEqual([]);
  expect(JSON.stringify(template.toJSON())).not.toMatch(/ses:|-mails/);
  expect(environmentOf(template, 'Auth').MAILS_QUEUE_URL).toBe('');
});

test.each([{ mailFrom: 'Wharf <wharf@example.com>' }, { mailFrom: 'wharf' }, { passwordResetUrl: 'app.example.com' }])(
  '%j is no option',
  (option) => {
    expect(() => readOptions({ stage: 'test', ...option })).toThrow(/mailFrom|passwordResetUrl/);
  },
);
