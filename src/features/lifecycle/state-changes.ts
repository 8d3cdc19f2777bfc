/** The channel on which the database announces that states or quarantines changed; its triggers are in `migrations`. */
export const LIFECYCLE_CHANNEL = 'lifecycle_changed';

/** `repository`: of any image there. */
export type StateChangeNews =
  | { readonly kind: 'repository'; readonly repository: string }
  | { readonly kind: 'everything' };

/** What it does not understand, as from a newer version on another machine, is a change of everything. */
export function readStateChange(message: string): StateChangeNews {
  const [kind, repository = ''] = message.split(' ');
  return kind === 'repository' && repository !== '' ? { kind, repository } : { kind: 'everything' };
}
