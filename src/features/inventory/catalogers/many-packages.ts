import type { FoundPackage, LayerFile, ReportProblem } from '../cataloger.ts';

/** More than any distribution has. */
export const MAX_PACKAGES = 200_000;

/** What was found until the database turned out to be endless. */
export function endedEarly(found: FoundPackage[], file: LayerFile, report: ReportProblem): FoundPackage[] {
  const message = `the package database holds more than ${MAX_PACKAGES} packages: the rest was not read`;
  report({ code: 'limit-reached', message, path: file.path });
  return found;
}
