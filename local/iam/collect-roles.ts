import type { ResolvedResource } from '../template/stack-model.ts';
import { isJsonObject, type Json } from '../template/template.ts';
import { UserError } from '../user-error.ts';
import { compileStatements, type Statement } from './statement.ts';

export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly statements: readonly Statement[];
}

/** Managed policies of AWS that allow only what has no engine here: logs, image pulls, tracing. */
const managedPoliciesWithoutMeaning = new Set([
  'service-role/AWSLambdaBasicExecutionRole',
  'service-role/AmazonECSTaskExecutionRolePolicy',
  'AWSXRayDaemonWriteAccess',
]);

/**
 * The roles of all stacks with the statements of their inline, attached and managed policies. Trust policies and resource policies are not
 * evaluated: who assumes a role is fixed by the resource that names it.
 *
 * @example collectRoles(resources).get('arn:aws:iam::000000000000:role/wharf-AuthRole')?.statements
 */
export function collectRoles(resources: readonly ResolvedResource[]): ReadonlyMap<string, Role> {
  const statements = new Map<string, Statement[]>();
  const roles = resources.filter((resource) => resource.type === 'AWS::IAM::Role');
  for (const role of roles) statements.set(role.identity.ref, []);
  const attach = (roleName: Json, more: readonly Statement[], place: string): void => {
    const known = typeof roleName === 'string' ? statements.get(roleName) : undefined;
    if (known === undefined) throw new UserError(`${place} is attached to a role that no stack has.`);
    known.push(...more);
  };
  for (const policy of resources.filter((resource) => isPolicy(resource.type))) {
    const compiled = compileStatements(policy.properties.PolicyDocument, policy.logicalId);
    for (const roleName of attachedRoles(policy)) attach(roleName, compiled, policy.logicalId);
  }
  for (const role of roles) {
    for (const inline of asList(role.properties.Policies)) {
      const document = isJsonObject(inline) ? inline.PolicyDocument : undefined;
      attach(role.identity.ref, compileStatements(document, role.logicalId), role.logicalId);
    }
    for (const arn of asList(role.properties.ManagedPolicyArns)) {
      attach(role.identity.ref, managedStatements(String(arn), resources, role.logicalId), role.logicalId);
    }
  }
  return new Map(
    roles.map(({ identity }) => {
      const arn = identity.attributes.Arn ?? '';
      return [arn, { name: identity.ref, arn, statements: statements.get(identity.ref) ?? [] }] as const;
    }),
  );
}

function isPolicy(type: string): boolean {
  return type === 'AWS::IAM::Policy' || type === 'AWS::IAM::ManagedPolicy' || type === 'AWS::IAM::RolePolicy';
}

function attachedRoles(policy: ResolvedResource): readonly Json[] {
  const { Roles: roles, RoleName: roleName } = policy.properties;
  return policy.type === 'AWS::IAM::RolePolicy' ? [roleName ?? null] : asList(roles);
}

function managedStatements(arn: string, resources: readonly ResolvedResource[], place: string): readonly Statement[] {
  const own = resources.find((each) => each.type === 'AWS::IAM::ManagedPolicy' && each.identity.ref === arn);
  if (own !== undefined) return compileStatements(own.properties.PolicyDocument, own.logicalId);
  const name = arn.split(':policy/')[1] ?? '';
  if (managedPoliciesWithoutMeaning.has(name)) return [];
  throw new UserError(`${place} uses the managed policy ${arn}, whose statements the runner does not know.`);
}

function asList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
