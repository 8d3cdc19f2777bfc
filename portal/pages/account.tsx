import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import type { Me } from '#model/api-access.ts';
import { LinkButton } from '../parts/link-button.tsx';
import { Panel } from '../parts/panel.tsx';
import { EmptyState, ErrorState, Skeletons } from '../parts/states.tsx';
import { useMe } from '../queries.ts';
import { areSingleKeysOn, setSingleKeys } from '../shortcuts.ts';
import { texts } from '../texts.ts';
import { useTitle } from '../title.ts';
import styles from './account/account.module.css';
import { accountTexts } from './account/account-texts.ts';
import { TokensPanel } from './account/tokens-panel.tsx';

/** Who one is here, one's tokens, and the keys. */
export function AccountPage() {
  const me = useMe();
  useTitle(accountTexts.title);
  return (
    <div className={`page ${styles.page}`}>
      <h1>{accountTexts.title}</h1>
      {me.isPending && <Skeletons />}
      {me.error && <ErrorState error={me.error} retry={() => void me.refetch()} />}
      {me.data?.anonymous && (
        <EmptyState
          title={accountTexts.anonymous}
          action={
            <LinkButton to="/sign-in" search={{ to: '/account' }}>
              {texts.account.signIn}
            </LinkButton>
          }
        >
          <p>{accountTexts.anonymousBody}</p>
        </EmptyState>
      )}
      {me.data && !me.data.anonymous && <About me={me.data} />}
      {me.data && !me.data.anonymous && <TokensPanel />}
      <KeysPanel />
    </div>
  );
}

function About({ me }: { readonly me: Me }) {
  return (
    <Panel title={accountTexts.roles} sub={accountTexts.signedInAs(me.name, me.kind)}>
      {me.grants.length === 0 && <p>{accountTexts.noRoles}</p>}
      <ul>
        {me.grants.map(({ role, namespace }) => (
          <li key={`${role} ${namespace}`}>{accountTexts.role(role, namespace)}</li>
        ))}
      </ul>
    </Panel>
  );
}

function KeysPanel() {
  const [isOn, setOn] = useState(areSingleKeysOn);
  return (
    <Panel title={accountTexts.keys}>
      <Checkbox
        size="sm"
        label={accountTexts.singleKeys}
        description={accountTexts.singleKeysHelp}
        checked={isOn}
        onChange={(event) => {
          setOn(event.currentTarget.checked);
          setSingleKeys(event.currentTarget.checked);
        }}
      />
    </Panel>
  );
}
