export type { CallResult, EndpointHealth } from './endpoint-health.ts';
export { slotsAt, voidLeases } from './endpoint-health.ts';
export { type EndpointLimits, endpointLimits } from './endpoint-limits.ts';
export {
  type Admission,
  createEndpointRepository,
  type EndpointChange,
  type EndpointPlace,
  type EndpointRepository,
  type EnterResult,
} from './endpoint-repository.ts';
export { judgeTrouble, laneOf, mustOpen, openForMs } from './judge-endpoint.ts';
