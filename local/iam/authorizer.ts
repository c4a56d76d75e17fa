import type { Authorize, AwsCall } from '../engines/engine.ts';
import { localAccessKeyId } from '../engines/identity.ts';
import { stableCharacters } from '../template/physical-name.ts';
import type { Role } from './collect-roles.ts';

/** Who holds an access key: a role in use by one function or task. */
interface Principal {
  readonly role: Role;
  readonly sessionName: string;
}

/**
 * Decides calls by the policies of the callers' roles, as AWS does without resource policies: an explicit deny wins, then an allow, else the call
 * is denied. The key `local` is the account's root: the runner itself, and the person at the terminal.
 *
 * @example
 * const authorizer = new Authorizer(roles, '000000000000');
 * const accessKeyId = authorizer.issueKey(roleArn, 'wharf-auth');
 * authorizer.authorize({ accessKeyId, action: 'sqs:SendMessage', resource: queueArn, context: {} }) // undefined, or why not
 */
export class Authorizer {
  readonly #principals = new Map<string, Principal>();
  readonly #roles: ReadonlyMap<string, Role>;
  readonly #accountId: string;

  constructor(roles: ReadonlyMap<string, Role>, accountId: string) {
    this.#roles = roles;
    this.#accountId = accountId;
  }

  /** The access key id of a role in the hands of `sessionName`; the same at every start. Throws for a role that no stack has. */
  issueKey(roleArn: string, sessionName: string): string {
    const role = this.#roles.get(roleArn);
    if (role === undefined) throw new Error(`${sessionName} names the role ${roleArn}, which no stack has.`);
    const accessKeyId = `ASIA${stableCharacters(16, roleArn, sessionName).toUpperCase()}`;
    this.#principals.set(accessKeyId, { role, sessionName });
    return accessKeyId;
  }

  readonly authorize: Authorize = (call) => {
    if (call.accessKeyId === localAccessKeyId) return undefined;
    const principal = this.#principals.get(call.accessKeyId);
    if (principal === undefined) {
      return `the access key id is not known here; use ${localAccessKeyId} to call as the account itself`;
    }
    const covering = principal.role.statements.filter((statement) => statement.covers(call));
    if (covering.some((statement) => statement.effect === 'Deny')) {
      return this.#refusal(call, principal, 'with an explicit deny in an identity-based policy');
    }
    if (covering.length > 0) return undefined;
    return this.#refusal(call, principal, `because no identity-based policy allows the ${call.action} action`);
  };

  #refusal(call: AwsCall, { role, sessionName }: Principal, reason: string): string {
    const user = `arn:aws:sts::${this.#accountId}:assumed-role/${role.name}/${sessionName}`;
    return `User: ${user} is not authorized to perform: ${call.action} on resource: ${call.resource} ${reason}${conditionHint(call)}`;
  }
}

/**
 * What AWS leaves to guessing when a condition did not hold: the condition keys of the call, with ids and addresses in them blotted out.
 *
 * @example ' (dynamodb:LeadingKeys: TENANT#…#AUDIT)'
 */
function conditionHint({ context }: AwsCall): string {
  const hints = Object.entries(context).map(([key, values]) => {
    const shapes = new Set(
      values.map((value) => value.replace(/[^#]+/g, (part) => (/^[A-Z]+$/.test(part) ? part : '…'))),
    );
    return `${key}: ${[...shapes].join(', ')}`;
  });
  return hints.length === 0 ? '' : ` (${hints.join('; ')})`;
}
