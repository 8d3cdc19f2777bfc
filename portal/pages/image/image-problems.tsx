import { IconAlertTriangle } from '@tabler/icons-react';
import type { ImageDetail } from '#model/api-images.ts';
import styles from './image-problems.module.css';

const SHOWN = 3;

/** Malware, and what the scan could not read or compare: never silent, never called clean. */
export function ImageProblems({ image }: { readonly image: ImageDetail }) {
  const { malware, problems } = image;
  if (malware.length === 0 && problems.length === 0) return null;
  return (
    <section
      aria-label="Malware and problems"
      className={styles.box}
      data-tone={malware.length > 0 ? 'critical' : 'warn'}
    >
      <IconAlertTriangle size={16} stroke={1.75} aria-hidden="true" />
      <ul>
        {malware.map(({ engine, signature, path, layer }) => (
          <li key={`${engine} ${signature} ${layer} ${path}`}>
            {engine} found {signature} in <code>{path}</code>.
          </li>
        ))}
        {problems.slice(0, SHOWN).map((problem) => (
          <li key={`${problem.code} ${problem.layer} ${problem.path} ${problem.message}`}>
            {asSentence(problem.message)} {problem.path && <code>{problem.path}</code>}
          </li>
        ))}
        {problems.length > SHOWN && (
          <li>
            <details>
              <summary>{problems.length - SHOWN} more</summary>
              <ul>
                {problems.slice(SHOWN, 200).map((problem) => (
                  <li key={`${problem.code} ${problem.layer} ${problem.path} ${problem.message}`}>
                    {asSentence(problem.message)} {problem.path && <code>{problem.path}</code>}
                  </li>
                ))}
              </ul>
            </details>
          </li>
        )}
      </ul>
    </section>
  );
}

function asSentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
