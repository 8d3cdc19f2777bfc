import { type KeyboardEvent, useId, useState } from 'react';
import { texts } from '../texts.ts';
import { CopyButton } from './copy-button.tsx';
import styles from './pull-box.module.css';
import { type PullTarget, pullReference, pullTools } from './pull-commands.ts';

const STORED_AS = 'assay-pull-tool';

export interface PullBoxProps extends PullTarget {
  /** The sentence of a refused pull; stands in the place of the command. */
  readonly refused?: string | null;
  /** The sentence of a deprecated image; stands above the command. */
  readonly warning?: string | null;
}

/** The pull command by tool; the choice is remembered. The whole digest is shown and copied. */
export function PullBox({ refused, warning, ...target }: PullBoxProps) {
  const [chosen, setChosen] = useState(readTool);
  const id = useId();
  const tool = pullTools.find((each) => each.id === chosen) ?? pullTools[0];
  if (refused) return <p className={styles.refused}>{refused}</p>;
  if (!tool) return null;
  const choose = (next: string) => {
    setChosen(next);
    storeTool(next);
  };
  const move = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = pullTools.at((pullTools.indexOf(tool) + step) % pullTools.length);
    if (!next) return;
    event.preventDefault();
    choose(next.id);
    document.getElementById(`${id}-${next.id}`)?.focus();
  };
  const command = tool.lines(pullReference(target), target);
  return (
    <div className={styles.box}>
      {warning && <p className={styles.warning}>{warning}</p>}
      <div role="tablist" aria-label={texts.pull.label} className={styles.tabs} onKeyDown={move}>
        {pullTools.map((each) => (
          <button
            key={each.id}
            id={`${id}-${each.id}`}
            type="button"
            role="tab"
            aria-selected={each === tool}
            aria-controls={`${id}-command`}
            tabIndex={each === tool ? 0 : -1}
            onClick={() => choose(each.id)}
          >
            {each.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-command`} aria-labelledby={`${id}-${tool.id}`} className={styles.command}>
        <code>{withBreaks(command)}</code>
        <CopyButton text={command} label={texts.copy.copy} />
      </div>
    </div>
  );
}

/** Lines may break after `/`, and before `@` and the `:` of a tag; never inside a name while there is room. */
function withBreaks(command: string) {
  const pieces = command.split(/(?<=\/)|(?=@)|(?=:(?![0-9a-f]{64}))/);
  // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have no other name
  return pieces.map((piece, index) => [<wbr key={index} />, piece]);
}

function readTool(): string {
  try {
    return localStorage.getItem(STORED_AS) ?? 'docker';
  } catch {
    return 'docker';
  }
}

function storeTool(id: string): void {
  try {
    localStorage.setItem(STORED_AS, id);
  } catch {
    // Storage can be forbidden; the choice then lasts as long as the page.
  }
}
