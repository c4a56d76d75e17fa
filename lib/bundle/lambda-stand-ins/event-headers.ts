/** Stands in for what writes the headers of signed events, of streams which no function has; every signer makes one. */
export class HeaderFormatter {
  format(): never {
    throw new Error('Signed events are left out of the bundles of functions.');
  }
}
