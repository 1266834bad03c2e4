import pg from 'pg';

/** As Postgres writes a timestamptz under DateStyle ISO and TimeZone UTC, from year 1 to 9999. */
const utcPattern = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/;

/** How the values of arriving rows are parsed: as usual, except that UTC times become ISO 8601 text. */
export const arrivingTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.TIMESTAMPTZ && format !== 'binary'
      ? isoText
      : pg.types.getTypeParser(oid, format),
};

/**
 * Going through a Date, the 100,000 times of 50,000 rows would add 0.1 s to a start: 1 µs to parse and 1 µs to format
 * each. Other forms (`infinity`, years BC, another time zone) are parsed by pg.
 */
function isoText(text: string): unknown {
  const [, date, time, fraction = ''] = utcPattern.exec(text) ?? [];
  if (date === undefined) return pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ)(text);
  return `${date}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}
