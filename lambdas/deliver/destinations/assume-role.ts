import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { BoundedCache } from '../../../core/cache/bounded-cache.ts';
import { externalIdOf } from '../../../core/webhooks/external-id.ts';
import type { AwsDestination, Webhook } from '../../../core/webhooks/webhook.ts';

export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Credentials in the tenant's account, good for what the destination needs and nothing else. Rejects with what STS says. */
export type AssumeRole = (webhook: Webhook, destination: AwsDestination) => Promise<RoleCredentials>;

/** The longest that a role lives which another role assumed. */
const sessionSeconds = 3_600;
/** A session is not begun anew at the last moment: a try may last 15 s, and clocks differ. */
const reserveMs = 5 * 60_000;
const rememberedSessionsMax = 500;

/**
 * Assumes tenants' roles with their external id, and keeps a session until shortly before its end. A session is kept for one tenant,
 * role and target, and its own policy allows just the one call to just that target, however wide the role is.
 *
 * @example const credentials = await createRoles({ sts: new STSClient({}), now: Date.now })(webhook, destination);
 */
export function createRoles({ sts, now }: { readonly sts: STSClient; readonly now: () => number }): AssumeRole {
  const sessions = new BoundedCache<string, { readonly credentials: RoleCredentials; readonly endsAtMs: number }>({
    entriesMax: rememberedSessionsMax,
    now,
  });
  return async ({ tenantId, webhookId, url }, destination) => {
    const name = JSON.stringify([tenantId, destination.roleArn, url]);
    const known = sessions.get(name);
    if (known !== undefined && known.endsAtMs - reserveMs > now()) return known.credentials;
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: destination.roleArn,
        ExternalId: externalIdOf(tenantId),
        RoleSessionName: `wharf-${webhookId}`,
        DurationSeconds: sessionSeconds,
        Policy: policyFor(destination),
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw new Error('STS gave no credentials.');
    const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    sessions.set(name, { credentials, endsAtMs: Expiration?.getTime() ?? now() + sessionSeconds * 1_000 });
    return credentials;
  };
}

function policyFor(destination: AwsDestination): string {
  const statement =
    destination.type === 'sqs'
      ? // An encrypted queue asks for its key as well; which one, only the role knows.
        [
          { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn(destination) },
          { Effect: 'Allow', Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: '*' },
        ]
      : [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: destination.busArn }];
  return JSON.stringify({ Version: '2012-10-17', Statement: statement });
}

function queueArn({ queueUrl, roleArn }: Extract<AwsDestination, { type: 'sqs' }>): string {
  const { hostname, pathname } = new URL(queueUrl);
  const [, account, name] = pathname.split('/');
  return `arn:${roleArn.split(':')[1]}:sqs:${hostname.split('.')[1]}:${account}:${name}`;
}
