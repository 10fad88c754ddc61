const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const ISO = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const DAY_FIRST = /^(\d{1,2}) ([A-Za-z]{3,9})\.?,? (\d{4})(?:[ ,].*)?$/;
const MONTH_FIRST = /^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})(?:[ ,].*)?$/;
const NUMERIC = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/;

/** `YYYY-MM-DD`, or why the text is not one day. A time of day is dropped. */
export function parseDate(raw: string): { readonly date: string } | { readonly fault: string } {
  const text = raw.trim();
  const iso = ISO.exec(text) ?? COMPACT.exec(text);
  if (iso !== null) return day(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst !== null) return day(Number(dayFirst[3]), month(dayFirst[2]), Number(dayFirst[1]));
  const monthFirst = MONTH_FIRST.exec(text);
  if (monthFirst !== null) return day(Number(monthFirst[3]), month(monthFirst[1]), Number(monthFirst[2]));
  const numeric = NUMERIC.exec(text);
  if (numeric !== null) return eitherOrder(Number(numeric[1]), Number(numeric[2]), Number(numeric[3]));
  return { fault: "is not a date with year, month and day; write YYYY-MM-DD" };
}

function eitherOrder(first: number, second: number, year: number) {
  if (first <= 12 && second <= 12 && first !== second)
    return { fault: "may be day first or month first; write YYYY-MM-DD" };
  return first > 12 ? day(year, second, first) : day(year, first, second);
}

/** 0 where no month is called so. */
function month(name = ""): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

function day(year: number, monthNumber: number, dayNumber: number) {
  const date = new Date(0);
  date.setUTCFullYear(year, monthNumber - 1, dayNumber);
  const exists = date.getUTCMonth() === monthNumber - 1 && date.getUTCDate() === dayNumber;
  return exists ? { date: date.toISOString().slice(0, 10) } : { fault: "is a date that does not exist" };
}
