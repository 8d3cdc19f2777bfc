import type { AcceptanceScope, IntakeDetail } from '#model/api-intake.ts';
import { namespaceOf } from '#model/namespace.ts';
import styles from './decision-bar.module.css';

const DAYS = 30;
const DAY_MS = 86_400_000;

export interface AcceptanceTerms {
  readonly scope: AcceptanceScope;
  /** YYYY-MM-DD. */
  readonly until: string;
}

export function defaultAcceptance(): AcceptanceTerms {
  return { scope: 'image', until: new Date(Date.now() + DAYS * DAY_MS).toISOString().slice(0, 10) };
}

interface AcceptanceFieldsProps {
  readonly value: AcceptanceTerms;
  readonly onChange: (value: AcceptanceTerms) => void;
  readonly intake: IntakeDetail;
}

/** Approving what failed or stayed open is an acceptance: for how long, and for what. */
export function AcceptanceFields({ value, onChange, intake }: AcceptanceFieldsProps) {
  const names: Readonly<Record<AcceptanceScope, string>> = {
    image: 'this image only',
    entry: intake.target,
    namespace: `all of ${namespaceOf(intake.target)}/`,
  };
  return (
    <div className={styles.acceptance}>
      <label>
        Accept until
        <input
          type="date"
          required
          min={new Date().toISOString().slice(0, 10)}
          value={value.until}
          onChange={(event) => event.target.value && onChange({ ...value, until: event.target.value })}
        />
      </label>
      <label>
        for
        <select
          value={value.scope}
          onChange={(event) => {
            const scope = scopes.find((each) => each === event.target.value);
            if (scope) onChange({ ...value, scope });
          }}
        >
          {scopes.map((scope) => (
            <option key={scope} value={scope}>
              {names[scope]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

const scopes: readonly AcceptanceScope[] = ['image', 'entry', 'namespace'];
