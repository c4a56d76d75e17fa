export { crossedLevels, type QuotaLevel } from './crossed-levels.ts';
export {
  type CountedMessages,
  createMessageQuota,
  type MessageQuota,
  type RefusedMessages,
} from './message-quota.ts';
export type { QuotaName, QuotaState } from './quota.ts';
export { type QuotaUse, quotaEvents } from './quota-events.ts';
export { quotaExceeded } from './quota-exceeded.ts';
export { claimSlot, dropWebhookSlots, readSlot, releaseSlot, type Slot, slotState } from './slot-quota.ts';
