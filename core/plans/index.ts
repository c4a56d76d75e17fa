export { listPlans, loadPlans, planOf } from './load-plans.ts';
export type { Plan, PlanLimits, Plans } from './plan.ts';
export { defaultPlanName } from './plans.ts';
