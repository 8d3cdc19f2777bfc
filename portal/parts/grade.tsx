import { type Grade as GradeLetter, gradeMeanings } from '#model/posture.ts';
import { texts } from '../texts.ts';
import styles from './grade.module.css';
import { Hint } from './hint.tsx';

const OCTAGON = 'M9.4 1h13.2L31 9.4v13.2L22.6 31H9.4L1 22.6V9.4z';

export interface GradeProps {
  /** Null: not graded yet. */
  readonly grade: GradeLetter | null;
  readonly size?: 17 | 20 | 24 | 28 | 56;
  /** The report has expired: a dashed outline. */
  readonly stale?: boolean;
  /** Where the grade stands beside a word that says it. */
  readonly plain?: boolean;
}

/** The grade in the octagon of a hallmark punch; its meaning on hover and focus. */
export function Grade({ grade, size = 28, stale = false, plain = false }: GradeProps) {
  const name = grade ? texts.grade.of(grade) : texts.grade.none;
  const drawing = (
    // biome-ignore lint/a11y/noSvgWithoutTitle: named by aria-label, or hidden beside a word
    <svg
      className={styles.grade}
      data-grade={grade ?? 'none'}
      data-stale={stale || undefined}
      width={size}
      height={size}
      viewBox="0 0 32 32"
      {...(plain ? { 'aria-hidden': true } : { role: 'img', 'aria-label': name })}
    >
      <path d={OCTAGON} />
      <text x="16" y="21.6" textAnchor="middle">
        {grade ?? '–'}
      </text>
    </svg>
  );
  if (plain) return drawing;
  const meaning = grade ? `${name}: ${gradeMeanings[grade]}.` : `${name}.`;
  return <Hint text={stale ? `${meaning} ${texts.grade.stale}` : meaning}>{drawing}</Hint>;
}

/** The empty octagon, for marks and empty states. */
export function Octagon({ size, children }: { readonly size: number; readonly children: React.ReactNode }) {
  return (
    <span className={styles.octagon} style={{ width: size, height: size }} aria-hidden="true">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <path d={OCTAGON} />
      </svg>
      <span>{children}</span>
    </span>
  );
}
