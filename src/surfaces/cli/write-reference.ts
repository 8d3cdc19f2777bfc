import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderCliReference } from './reference.ts';

writeFileSync(join(import.meta.dirname, '../../../docs/cli.md'), await renderCliReference());
