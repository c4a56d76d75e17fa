import { Aws } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { roleNamePrefix } from '../../core/webhooks/external-id.ts';
import { acknowledgeWildcard } from '../shared/acknowledge.ts';

/** Roles of tenants, in any account, that are named as roles for Wharf. */
const tenantRoles = `arn:${Aws.PARTITION}:iam::*:role/${roleNamePrefix}*`;

/** The right to ask for tenants' roles. Each of them decides by its own trust policy, which names Wharf and the tenant's external id. */
export function assumeTenantRoles(): PolicyStatement {
  return new PolicyStatement({ actions: ['sts:AssumeRole'], resources: [tenantRoles] });
}

/** Nobody knows the tenants' accounts when the stack is made. */
export function acknowledgeTenantRoles({ role }: LambdaFunction): void {
  if (role === undefined) return;
  acknowledgeWildcard(
    role,
    tenantRoles,
    'Tenants name roles in accounts of their own; only roles of this name can be asked for, and each trusts one external id.',
  );
}
