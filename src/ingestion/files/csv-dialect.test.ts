import { expect, test } from "vitest";
import { readCsvDialect, splitRecords } from "./csv-dialect.ts";

test.each([
  ["a,b,c\n1,2,3\n", ",", ["a", "b", "c"]],
  ["a;b;c\n1,5;2;3\n", ";", ["a", "b", "c"]],
  ["a\tb, or c\n1\t2\n", "\t", ["a", "b, or c"]],
  ["\uFEFFa|b\r\n1|2\r\n", "|", ["a", "b"]],
  ['"Order; id","b"\n1,2\n', ",", ["Order; id", "b"]],
  ["one column\n1\n", ",", ["one column"]],
  ["a,,A\n1,2,3\n", ",", ["a", "column 2", "A (2)"]],
])("%j", (text, delimiter, columns) => {
  expect(readCsvDialect(text)).toEqual({ delimiter, skip: 0, columns });
});

test("the separator may stand in a line of its own", () => {
  expect(readCsvDialect("sep=;\r\na;b\r\n1;2\r\n")).toEqual({ delimiter: ";", skip: 1, columns: ["a", "b"] });
});

test("quoted fields hold anything", () => {
  expect(splitRecords('a,"b ""x"", y\nz"\n1,2\n', ",", 5)).toEqual([
    ["a", 'b "x", y\nz'],
    ["1", "2"],
  ]);
});
