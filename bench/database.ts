import { join } from 'node:path';
import { type Database, openDatabase } from '#platform/database/database.ts';
import { startEmbedded } from '#platform/database/embedded.ts';
import { migrate } from '#platform/database/migrations.ts';
import { migrations } from '../src/main/migrations.ts';

export interface BenchDatabase extends AsyncDisposable {
  readonly db: Database;
  readonly url: string;
}

/** A migrated database of the product's own kind and settings, durable, in a folder. */
export async function benchDatabase(folder: string): Promise<BenchDatabase> {
  const server = await startEmbedded({ folder: join(folder, 'postgres') });
  const db = openDatabase({ url: server.url, applicationName: 'bench', statementTimeoutMs: 0 });
  await migrate(db, migrations);
  return {
    db,
    url: server.url,
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await server.stop();
    },
  };
}
