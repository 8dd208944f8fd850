import { useQuery } from '@tanstack/react-query';
import { api } from '../lib/api.ts';

/** Price, length and whether there is room; null until known. */
export function useOffer() {
  return useQuery({
    queryKey: ['offer'],
    queryFn: ({ signal }) => api.offer(signal),
    staleTime: 30_000,
    refetchOnWindowFocus: true,
  });
}
