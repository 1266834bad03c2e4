import pg from 'pg';

/** As Postgres writes a timestamptz under DateStyle ISO and TimeZone UTC, from year 1 to 9999. */
const utcPattern = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/;

/** How values of arriving rows are read: as everywhere, but that times are ISO 8601 text where they are in UTC. */
export const arrivingTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.TIMESTAMPTZ && format !== 'binary'
      ? isoText
      : pg.types.getTypeParser(oid, format),
};

/**
 * By way of a Date, the 100,000 times of 50,000 rows take a start 0.1 s more: 1 µs to parse and 1 µs to write each. What is
 * written in another way (`infinity`, a time before Christ, another zone) is read by pg.
 */
function isoText(text: string): unknown {
  const [, date, time, fraction = ''] = utcPattern.exec(text) ?? [];
  if (date === undefined) return pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ)(text);
  return `${date}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}
