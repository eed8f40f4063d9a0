/** One result, in the shape of geth's `evm statetest`. */
export interface FixtureResult {
  readonly name: string;
  readonly pass: boolean;
  /** As the file writes it. */
  readonly fork: string;
  /** Hex, 0x where there is none. */
  readonly stateRoot: string;
  /** Empty for a pass. */
  readonly error: string;
}
