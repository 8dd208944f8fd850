import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Toaster } from 'sonner';
import { App } from './app.tsx';
import { RegionBoundary } from './components/region-boundary.tsx';
import { ProblemError } from './lib/problem-error.ts';
import './styles.css';

const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: (failures, error) => failures < 3 && error instanceof ProblemError && error.mayPass },
  },
});

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RegionBoundary region="This page">
        <App />
      </RegionBoundary>
      <Toaster theme="system" position="bottom-center" richColors closeButton />
    </QueryClientProvider>
  </StrictMode>,
);
