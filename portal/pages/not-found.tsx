import { LinkButton } from '../parts/link-button.tsx';
import { EmptyState } from '../parts/states.tsx';
import { texts } from '../texts.ts';
import { useTitle } from '../title.ts';

export function NotFoundPage() {
  useTitle(texts.notFound.title);
  return (
    <div className="page">
      <EmptyState
        level={1}
        title={texts.notFound.title}
        action={<LinkButton to="/">{texts.notFound.action}</LinkButton>}
      >
        <p>{texts.notFound.help}</p>
      </EmptyState>
    </div>
  );
}
