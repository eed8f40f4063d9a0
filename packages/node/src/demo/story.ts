/**
 * The record of a story: steps with facts, balances and checks, as they happen. The command prints it line by line, or
 * all of it as JSON at the end; the test reads it.
 */
import { SherdError } from 'sherd/base';

export interface BalanceLine {
  readonly what: string;
  /** With its unit, for people. */
  readonly text: string;
  /** In the smallest unit (gwei or wei), as a decimal number. */
  readonly amount: string;
}

export interface StoryCheck {
  readonly what: string;
  readonly have: string;
  readonly want: string;
  /** What both are, for people. */
  readonly text: string;
}

export interface StoryStep {
  readonly title: string;
  readonly facts: Record<string, string>;
  readonly balances: BalanceLine[];
  readonly checks: StoryCheck[];
  milliseconds: number;
}

export interface StoryListener {
  readonly onStep: (title: string) => void;
  readonly onFact: (name: string, value: string) => void;
  readonly onBalance: (balance: BalanceLine) => void;
  readonly onCheck: (check: StoryCheck) => void;
  readonly onStepEnd: (step: StoryStep) => void;
}

/** What the code of a step writes into. */
export interface StepLog {
  fact(name: string, value: string | number | bigint): void;
  balance(what: string, amount: bigint, show: (amount: bigint) => string): void;
  /** @throws SherdError BALANCE_MISMATCH unless the two are equal. */
  equal<T extends bigint | string | number>(what: string, have: T, want: T, show?: (value: T) => string): void;
}

export class Story {
  readonly steps: StoryStep[] = [];
  readonly #listener: Partial<StoryListener>;

  constructor(listener: Partial<StoryListener> = {}) {
    this.#listener = listener;
  }

  /** Runs a step and measures it. */
  async step<T>(title: string, run: (log: StepLog) => Promise<T>): Promise<T> {
    const step: StoryStep = { title, facts: {}, balances: [], checks: [], milliseconds: 0 };
    this.steps.push(step);
    this.#listener.onStep?.(title);
    const started = performance.now();
    try {
      return await run(this.#log(step));
    } finally {
      step.milliseconds = Math.round(performance.now() - started);
      this.#listener.onStepEnd?.(step);
    }
  }

  #log(step: StoryStep): StepLog {
    return {
      fact: (name, value) => {
        step.facts[name] = String(value);
        this.#listener.onFact?.(name, String(value));
      },
      balance: (what, amount, show) => {
        const line = { what, text: show(amount), amount: amount.toString() };
        step.balances.push(line);
        this.#listener.onBalance?.(line);
      },
      equal: (what, have, want, show = String) => {
        const check = { what, have: String(have), want: String(want), text: show(want) };
        step.checks.push(check);
        if (have !== want) {
          throw new SherdError('BALANCE_MISMATCH', `${what}: have ${show(have)}, want ${show(want)}`, check);
        }
        this.#listener.onCheck?.(check);
      },
    };
  }
}
