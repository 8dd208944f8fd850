import { RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { Button } from './button.tsx';

/** A crash stays in its own region: the task panel may fall and the picture goes on. [UI-3] */
export function RegionBoundary({ region, children }: { region: string; children: ReactNode }) {
  return (
    <ErrorBoundary
      fallbackRender={({ resetErrorBoundary }) => (
        <div role="alert" className="m-4 rounded-xl border border-red bg-red-soft p-5 text-ink">
          <p className="font-semibold">{region} stopped because of an error in this page.</p>
          <p className="mt-1 text-sm">The rest of the page keeps working, and so does your browser.</p>
          <Button size="small" className="mt-4" onClick={resetErrorBoundary}>
            <RotateCcw size={16} aria-hidden="true" /> Show it again
          </Button>
        </div>
      )}
    >
      {children}
    </ErrorBoundary>
  );
}
