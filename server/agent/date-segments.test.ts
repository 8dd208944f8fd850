import { describe, expect, it } from 'vitest';
import { kindsOf, splitDate } from './date-segments.ts';

const month = { min: 1, max: 12 };
const day = { min: 1, max: 31 };
const year = { min: 1, max: 9999 };
const minute = { min: 0, max: 59 };
const halfDay = { min: 0, max: 12 };

describe('date segments', () => {
  it('[AGT-2] knows each part by its range: only an hour stands before minutes', () => {
    const hours = { min: 1, max: 12 };
    expect(kindsOf([month, { min: 1, max: 28 }, year, hours, minute, minute, { min: 0, max: 1 }])).toEqual([
      'month',
      'day',
      'year',
      'hour',
      'minute',
      'second',
      'half',
    ]);
    expect(kindsOf([{ min: 0, max: 23 }, minute])).toEqual(['hour', 'minute']);
  });

  it.each([
    [[month, day, year], '2027-03-05', ['03', '05', '2027']],
    [[day, month, year], '2027-03-05', ['05', '03', '2027']],
    [[day, month, year], '5.3.2027', ['05', '03', '2027']],
    [[month, day, year], 'March 5, 2027', ['March', '05', '2027']],
    [[month, day, year, month, minute, halfDay], '2027-03-05T14:30', ['03', '05', '2027', '02', '30', 'PM']],
    [
      [month, day, year, month, minute, halfDay],
      '03/05/2027 02:30 PM',
      ['03', '05', '2027', '02', '30', 'PM'],
    ],
    [[month, minute, halfDay], '00:15', ['12', '15', 'AM']],
    [[{ min: 0, max: 23 }, minute, minute], '14:30', ['14', '30', '00']],
    [[month, year], '2027-03', ['03', '2027']],
    [[month, day, year], '2027-03-05T14:30', null],
    [[month, day, year], '2027', null],
    [[month, day, year], 'tomorrow', null],
    [[month, day, year], '', null],
  ])('[AGT-2] splits for %j the text %s', (segments, value, texts) => {
    expect(splitDate(segments, value)).toEqual(texts);
  });
});
