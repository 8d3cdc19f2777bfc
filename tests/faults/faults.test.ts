import { describe, test } from 'node:test';
import { faults } from './index.ts';

describe('faults that are really made to happen', () => {
  for (const fault of faults) {
    test(fault.title, { skip: fault.skip() }, async (t) => {
      t.diagnostic(await fault.run('short', (line) => t.diagnostic(line)));
    });
  }
});
