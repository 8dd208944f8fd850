import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toast } from 'sonner';
import type { ReceiptView } from '../../../../shared/receipt.ts';
import { api } from '../../lib/api.ts';
import { sentenceFor } from '../../lib/problem-error.ts';

const ASK_AGAIN_MS = 700;
/** A cascade takes seconds; whoever was only sent away from a session that goes on need not ask for ever. */
const ASK_AT_MOST = 60;

export interface LoadedReceipt {
  /** Undefined while it loads, and for a browser that never had the session. */
  receipt: ReceiptView | undefined;
  /** Why there is none. */
  problem: string | null;
  forgetting: boolean;
  forget(): Promise<void>;
}

/** The receipt, asked for again until the end of everything is proven. */
export function useReceipt(sessionId: string): LoadedReceipt {
  const queries = useQueryClient();
  const [forgetting, setForgetting] = useState(false);
  const queryKey = ['receipt', sessionId];
  const { data, error } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api.receipt(sessionId, signal),
    refetchInterval: ({ state: { data, dataUpdateCount } }) =>
      data?.deletion || dataUpdateCount > ASK_AT_MOST ? false : ASK_AGAIN_MS,
    retry: false,
  });
  return {
    receipt: data ?? undefined,
    problem: error ? sentenceFor(error) : null,
    forgetting,
    async forget() {
      setForgetting(true);
      try {
        queries.setQueryData(queryKey, await api.forget(sessionId));
      } catch (failure) {
        toast.error(sentenceFor(failure));
      } finally {
        setForgetting(false);
      }
    },
  };
}
