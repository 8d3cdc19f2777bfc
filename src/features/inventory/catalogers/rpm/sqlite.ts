import { readTable } from '#formats/sqlite/table.ts';
import type { HeaderReader } from './header-reader.ts';

/** The `Packages` table of an rpm database in SQLite form. */
export const readSqlite: HeaderReader = function* (input, damage) {
  for (const values of readTable(input, 'Packages', damage)) {
    const blob = values.find((value) => value.serialType >= 12 && value.serialType % 2 === 0);
    if (blob === undefined) damage('a row has no package header');
    else yield blob.bytes;
  }
};
