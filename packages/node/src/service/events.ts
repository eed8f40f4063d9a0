/** Who wants to know of blocks and transactions. */
import type { NodeEvent } from '../rpc/backend.ts';

export interface Events {
  /** Returns how to stop it. */
  subscribe(listener: (event: NodeEvent) => void): () => void;
  emit(event: NodeEvent): void;
}

/** A listener that throws is reported, and the others are still told. */
export function createEvents(onFault: (error: unknown) => void): Events {
  const listeners = new Set<(event: NodeEvent) => void>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit(event) {
      for (const listener of [...listeners]) {
        try {
          listener(event);
        } catch (error) {
          onFault(error);
        }
      }
    },
  };
}
