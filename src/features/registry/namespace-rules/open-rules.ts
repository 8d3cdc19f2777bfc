import type { Database } from '#platform/database/database.ts';
import type { Notifications } from '#platform/database/notifications.ts';
import { type RuleBook, ruleBook } from './rule-book.ts';
import { listRules, RULES_CHANNEL } from './rules-store.ts';

/** The rules in memory, as new as the database's notifications; while these are lost, the database is asked. */
export interface OpenRules extends Disposable {
  /** As they are now. */
  read(): Promise<RuleBook>;
  /** As they were a moment ago, without waiting: for what must not ask the database. */
  recent(): RuleBook;
}

const RETRY_MS = 1_000;

export async function openRules(deps: {
  readonly db: Database;
  readonly notifications: Pick<Notifications, 'listen' | 'isConnected'>;
}): Promise<OpenRules> {
  const rules = new RulesInMemory(deps);
  await rules.open();
  return rules;
}

class RulesInMemory implements OpenRules {
  readonly #db: Database;
  readonly #notifications: Pick<Notifications, 'listen' | 'isConnected'>;
  #book = ruleBook([]);
  /** Counts what may have changed the rules; `#bookIs` is what the book knows of. */
  #changes = 1;
  #bookIs = 0;
  #loading: { readonly changes: number; readonly book: Promise<RuleBook> } | undefined;
  #triedAt = 0;
  #end: () => void = () => undefined;

  constructor(deps: { readonly db: Database; readonly notifications: Pick<Notifications, 'listen' | 'isConnected'> }) {
    this.#db = deps.db;
    this.#notifications = deps.notifications;
  }

  async open(): Promise<void> {
    const changed = () => {
      this.#changes += 1;
      this.#readAhead();
    };
    this.#end = await this.#notifications.listen(RULES_CHANNEL, {
      onMessage: changed,
      onLost: changed,
      onBack: changed,
    });
    await this.read();
  }

  async read(): Promise<RuleBook> {
    if (!this.#notifications.isConnected()) this.#changes += 1;
    if (this.#bookIs === this.#changes) return this.#book;
    const { changes } = this.#loading ?? {};
    if (changes !== this.#changes) this.#loading = { changes: this.#changes, book: this.#load(this.#changes) };
    return this.#loading?.book ?? this.#book;
  }

  recent(): RuleBook {
    const isOld = this.#bookIs !== this.#changes || !this.#notifications.isConnected();
    if (isOld && performance.now() - this.#triedAt > RETRY_MS) this.#readAhead();
    return this.#book;
  }

  /** The book of before counts until the database answers. */
  #readAhead(): void {
    this.#triedAt = performance.now();
    this.read().catch(() => undefined);
  }

  async #load(changes: number): Promise<RuleBook> {
    const book = ruleBook(await listRules(this.#db));
    if (changes >= this.#bookIs) {
      this.#book = book;
      this.#bookIs = changes;
    }
    return book;
  }

  [Symbol.dispose](): void {
    this.#end();
  }
}
