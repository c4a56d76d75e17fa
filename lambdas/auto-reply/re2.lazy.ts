/** RE2 is half as large as the rest of the function, and only patterns need it. */
export { isPattern, testPattern } from '../../core/auto-reply/re2-pattern.ts';
