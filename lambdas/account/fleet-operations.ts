import { defineOperation } from '../shared/operation.ts';
import { fleet } from './fleet-schemas.ts';

export const fleetOperations = {
  get: defineOperation({
    id: 'getFleet',
    method: 'GET',
    path: '/admin/fleet',
    summary: 'The connectors: workers with their beats, shards with their owners and epochs',
    access: 'admin',
    status: 200,
    data: fleet,
    errors: [],
  }),
};
