import type { Devtools } from './devtools.ts';
import type { RfbClientOptions, RfbTransport } from './rfb-client.ts';
import { RfbClient } from './rfb-client.ts';

export type ColumnName = 'raw' | 'product' | 'baseline';

/** One of the ways to a picture that are measured side by side. */
export interface Column {
  name: ColumnName;
  devtools: Devtools;
  dial(): Promise<RfbTransport>;
}

export async function connectTo(column: Column, options: RfbClientOptions = {}): Promise<RfbClient> {
  return RfbClient.connect(await column.dial(), options);
}
