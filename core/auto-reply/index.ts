export * from './auto-reply.ts';
export { isOpen, isTimeZone } from './business-hours.ts';
export * from './choose-reply.ts';
export { fillTemplate } from './fill-template.ts';
