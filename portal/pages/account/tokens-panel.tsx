import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CreatedToken, TokenCreation, TokenRow } from '#model/api-access.ts';
import { announce } from '../../announce.ts';
import { request } from '../../client.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ErrorState, Skeletons } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { keys, oneOptions } from '../../queries.ts';
import styles from './account.module.css';
import { accountTexts } from './account-texts.ts';
import { NewToken } from './new-token.tsx';

/** The reader's own tokens: make, copy once, revoke. */
export function TokensPanel() {
  const queries = useQueryClient();
  const tokens = useQuery(oneOptions<{ items: TokenRow[] }>(keys.tokens, '/tokens'));
  const refresh = () => queries.invalidateQueries({ queryKey: keys.tokens });
  const create = useMutation({
    mutationFn: (body: TokenCreation) => request<CreatedToken>('/tokens', { method: 'POST', body }),
    onSuccess: refresh,
  });
  const revoke = useMutation({
    mutationFn: ({ id }: TokenRow) => request<void>(`/tokens/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSuccess: (_, { name }) => {
      announce(accountTexts.revoked(name));
      return refresh();
    },
  });
  const error = create.error ?? revoke.error;
  return (
    <Panel title={accountTexts.tokens} sub={accountTexts.tokensSub} flush>
      {tokens.isPending && <Skeletons rows={3} />}
      {tokens.error && <ErrorState error={tokens.error} retry={() => void tokens.refetch()} />}
      {tokens.data && <TokenTable rows={tokens.data.items} onRevoke={(row) => revoke.mutate(row)} />}
      {create.data && (
        <div className={styles.secret} role="status">
          <p>{accountTexts.secret}</p>
          <code>{create.data.secret}</code>
          <CopyButton text={create.data.secret} label={accountTexts.copySecret} />
        </div>
      )}
      {error && (
        <p role="alert" className={styles.error}>
          {error.message}
        </p>
      )}
      <NewToken isPending={create.isPending} onCreate={create.mutate} />
    </Panel>
  );
}

function TokenTable({
  rows,
  onRevoke,
}: {
  readonly rows: readonly TokenRow[];
  readonly onRevoke: (row: TokenRow) => void;
}) {
  const { columns } = accountTexts;
  if (rows.length === 0) return <p className={styles.none}>{accountTexts.noTokens}</p>;
  return (
    <table className={`rows ${styles.tokens}`}>
      <thead>
        <tr>
          <th scope="col">{columns.name}</th>
          <th scope="col">{columns.created}</th>
          <th scope="col">{columns.used}</th>
          <th scope="col">{columns.expires}</th>
          <th scope="col">
            <span className="visually-hidden">{columns.revoke}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <td>{row.name}</td>
            <td>
              <Time at={row.createdAt} form="day" />
            </td>
            <td>{row.lastUsedAt ? <Time at={row.lastUsedAt} /> : accountTexts.never}</td>
            <td>{row.expiresAt ? <Time at={row.expiresAt} form="day" /> : accountTexts.never}</td>
            <td>
              <Button
                variant="default"
                size="xs"
                aria-label={accountTexts.revokeNamed(row.name)}
                onClick={() => onRevoke(row)}
              >
                {accountTexts.revoke}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
