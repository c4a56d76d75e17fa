/** RE2 is half as large as the rest of the function, and only a trial needs it. */
export { testPattern } from '../../core/auto-reply/re2-pattern.ts';
