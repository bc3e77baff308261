/** Order numbers, amounts, a name with its ending: what is not torn apart at the end of a line. Longer ones have to be. */
const WHOLE = /([^\s–-]{1,12}(?:[–-][^\s–-]{1,9}){1,2}|Tk [\d,]{1,12}|[\d০-৯,]{1,12} (?:taka|টাকা))/;

/** Text and what stays whole in turn, text first. */
export function splitWhole(text: string): string[] {
  return text.split(WHOLE);
}
