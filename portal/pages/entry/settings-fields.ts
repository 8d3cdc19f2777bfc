import type { EntryDetail, EntryPatch } from '#model/api-entries.ts';

/** The form's fields as text; an empty one means "none", or the installation's setting. */
export interface SettingsFields {
  readonly description: string;
  readonly owner: string;
  readonly categories: string;
  readonly endOfLife: string;
  readonly deprecateDaysBefore: string;
  readonly retireDaysAfter: string;
  readonly successor: string;
}

export function settingsOf({ description, owner, categories, support }: EntryDetail): SettingsFields {
  return {
    description,
    owner: owner ?? '',
    categories: categories.join(', '),
    endOfLife: support.endOfLife ?? '',
    deprecateDaysBefore: support.deprecateDaysBefore?.toString() ?? '',
    retireDaysAfter: support.retireDaysAfter?.toString() ?? '',
    successor: support.successor ?? '',
  };
}

/** The change to send, or the fields that cannot be sent as they are. */
export function patchOf(fields: SettingsFields): { patch?: EntryPatch; faulty: readonly (keyof SettingsFields)[] } {
  const days = ['deprecateDaysBefore', 'retireDaysAfter'] as const;
  const faulty = days.filter((name) => !/^\s*\d{0,5}\s*$/.test(fields[name]));
  if (faulty.length > 0) return { faulty };
  const number = (text: string) => (text.trim() === '' ? null : Number(text));
  return {
    faulty,
    patch: {
      description: fields.description.trim(),
      owner: fields.owner.trim() || null,
      categories: fields.categories
        .split(',')
        .map((category) => category.trim())
        .filter(Boolean),
      support: {
        endOfLife: fields.endOfLife || null,
        deprecateDaysBefore: number(fields.deprecateDaysBefore),
        retireDaysAfter: number(fields.retireDaysAfter),
        successor: fields.successor.trim() || null,
      },
    },
  };
}
