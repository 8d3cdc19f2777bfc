import { messageOf } from '#kernel/errors.ts';
import type { Distribution } from '#model/package.ts';
import type { Problem } from '#model/problem.ts';
import type { Cataloger, DatabaseCataloger, FoundPackage } from './cataloger.ts';
import { cleanDistribution } from './clean-package.ts';
import { distributionFor } from './distribution.ts';
import { distributionOfPackages } from './distribution-packages.ts';
import type { LayeredTree } from './layered-tree.ts';

/** What one database holds, and the distribution that its packages belong to. */
export interface ReadDatabase {
  readonly cataloger: string;
  readonly distribution: Distribution | null;
  readonly packages: readonly FoundPackage[];
}

/** Every package database of the image, each with the one distribution of `detected` that its packages can be from. */
export async function readDatabases(
  catalogers: readonly Cataloger[],
  tree: LayeredTree,
  detected: readonly Distribution[],
  problems: Problem[],
): Promise<ReadDatabase[]> {
  const read: ReadDatabase[] = [];
  for (const cataloger of catalogers) {
    if (cataloger.kind !== 'database') continue;
    const distribution = distributionFor(detected, cataloger.packageType);
    const packages = await readDatabase(cataloger, tree, distribution, problems);
    const found = distribution === null && packages.length > 0 ? distributionOfPackages(packages) : null;
    const told = found && cleanDistribution(found);
    // Now that it is known whose they are, their package URLs can say so; problems were told the first time.
    const again = told && (await readDatabase(cataloger, tree, told, []));
    read.push({ cataloger: cataloger.id, distribution: told ?? distribution, packages: again ?? packages });
  }
  return read;
}

async function readDatabase(
  cataloger: DatabaseCataloger,
  tree: LayeredTree,
  distribution: Distribution | null,
  problems: Problem[],
): Promise<FoundPackage[]> {
  const report = (problem: { code: string; message: string; path: string }) => {
    problems.push({ ...problem, layer: tree.find(problem.path)?.layer ?? null });
  };
  try {
    return await cataloger.read(tree, distribution, report);
  } catch (error) {
    const message = `${cataloger.id} failed: ${messageOf(error)}`;
    problems.push({ code: 'scanner-failed', message, path: null, layer: null });
    return [];
  }
}
