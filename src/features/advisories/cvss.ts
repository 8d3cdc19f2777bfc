import type { Severity } from '#model/severity.ts';

export interface Cvss {
  readonly score: number;
  readonly severity: Severity;
}

/** The base score of the newest CVSS version among the vectors; null when none can be read. */
export type ScoreVectors = (vectors: readonly string[]) => Cvss | null;

const VERSIONS = ['CVSS:4.0/', 'CVSS:3.1/', 'CVSS:3.0/', ''];

/** The calculator is loaded when the first vector has to be scored: many scans need none. */
export async function loadScorer(): Promise<ScoreVectors> {
  const { fromVector } = (await import('ae-cvss-calculator')).default;
  const known = new Map<string, Cvss | null>();
  const scoreOne = (vector: string): Cvss | null => {
    const remembered = known.get(vector);
    if (remembered !== undefined) return remembered;
    const scored = readScore(() => fromVector(vector)?.calculateScores().base, vector);
    known.set(vector, scored);
    return scored;
  };
  return (vectors) => {
    for (const version of VERSIONS) {
      for (const vector of vectors) {
        const scored = vector.startsWith(version) ? scoreOne(vector) : null;
        if (scored) return scored;
      }
    }
    return null;
  };
}

/** A vector that lacks a base metric, or is none, has no score. */
function readScore(read: () => number | undefined, vector: string): Cvss | null {
  if (vector.length > 500) return null;
  try {
    const score = read();
    if (score === undefined || !Number.isFinite(score)) return null;
    return { score, severity: severityOfScore(score, vector) };
  } catch {
    // The calculator throws on what it cannot read; the advisory then counts as not scored.
    return null;
  }
}

/** https://www.first.org/cvss/v3.1/specification-document#Qualitative-Severity-Rating-Scale ; version 2 knows no critical. */
function severityOfScore(score: number, vector: string): Severity {
  if (score >= 9 && vector.startsWith('CVSS:')) return 'critical';
  if (score >= 7) return 'high';
  return score >= 4 ? 'medium' : 'low';
}
