import { expect, test } from "vitest";
import { parseCell } from "../../src/ingest/parse-cell.js";
import { parseDate } from "../../src/ingest/parse-date.js";
import { parseQuantity } from "../../src/ingest/parse-quantity.js";

test.each([
  "2024-01-31",
  "2024/1/31",
  "2024.01.31",
  "20240131",
  "31 January 2024",
  "31 Jan 2024",
  "January 31, 2024",
  "Jan. 31 2024",
  "31/1/2024",
  "1/31/2024",
  "2024-01-31T13:54:53Z",
  "31 January 2024 4:28pm",
])("%s is 31 January 2024", (text) => {
  expect(parseDate(text)).toEqual({ date: "2024-01-31" });
});

test.each([
  "Jan 2024",
  "2024-01",
  "2024",
  "03/04/2024",
  "2024-02-30",
  "2023-02-29",
  "31 Smarch 2024",
  "0 May 2024",
  "soon",
])("%s is not one day", (text) => {
  expect(parseDate(text)).toEqual({ fault: expect.any(String) });
});

test("a date of the same day and month has one order", () => {
  expect(parseDate("05/05/2024")).toEqual({ date: "2024-05-05" });
});

test.each([
  ["7", 9, 7e9],
  ["6.7", 9, 6.7e9],
  ["40.2", 21, 4.02e22],
  ["131.597B", 9, 131.597e9],
  ["50,000,000,000", 0, 5e10],
  ["1.5e12", 0, 1.5e12],
  ["350 m", 0, 3.5e8],
  ["N/A", 9, null],
  ["seven", 9, undefined],
  ["7,5", 9, undefined],
  ["-7", 9, undefined],
  ["1e999", 0, undefined],
])("the count %s in a column of 1e%i is %s", (text, unit, expected) => {
  expect(parseQuantity(text, unit, false)).toBe(expected);
});

test.each([
  ["77.1%", 0.771],
  ["100 %", 1],
  ["1e1%", 0.1],
  ["−0.5", -0.5],
  [" .5 ", 0.5],
  ["+1.", 1],
])("the cell %s is %f", (text, value) => {
  expect(parseCell(text, false)).toMatchObject({ kind: "number", value });
});

test.each([
  "0x10",
  "1_000",
  "1 000",
  "1,5",
  "½",
  "--1",
  "1e",
  "0.5 (3)",
  "0.5*",
  "0.8±0.1±0.2",
  "0.5±-1",
  "5±1%",
])("the cell %s is no number", (text) => {
  expect(parseCell(text, false).kind).toBe("word");
});
