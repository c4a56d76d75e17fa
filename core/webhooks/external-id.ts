/** How the name of a role begins that Wharf may assume for a destination: its own right to assume roles is no wider than that. */
export const roleNamePrefix = 'wharf-webhook-';

/**
 * What Wharf shows when it assumes a tenant's role. The tenant writes it into the role's trust policy, and no other account of Wharf
 * can make Wharf show it: so nobody else's webhook reaches through that role (the confused deputy). It is no secret.
 *
 * @example externalIdOf('usr_01k…') // 'wharf-usr_01k…'
 */
export function externalIdOf(tenantId: string): string {
  return `wharf-${tenantId}`;
}
