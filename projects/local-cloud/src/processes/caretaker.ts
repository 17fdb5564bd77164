const LOOK_EVERY_MS = 1_000;
const LOOK_EVERY_MS_MAX = 10_000;

/**
 * Keeps a group of servers as it should be: looks at it every second and at once when one of them died, and lets
 * changes of its shape take turns with that. A look that fails is repeated, ever later, and its failure said once.
 */
export class Caretaker {
  readonly #look: () => Promise<void>;
  readonly #log: (message: string) => void;
  #turn: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #everyMs = LOOK_EVERY_MS;
  #watching = false;
  #looking = false;
  #again = false;
  #said = "";

  constructor(look: () => Promise<void>, log: (message: string) => void) {
    this.#look = look;
    this.#log = log;
  }

  inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  watch(): void {
    if (this.#watching) return;
    this.#watching = true;
    this.#lookLater(LOOK_EVERY_MS);
  }

  /** Something has happened: the next look is due, and one under way does not count. */
  hurry(): void {
    if (this.#looking) this.#again = true;
    else if (this.#watching) this.#lookLater(0);
  }

  /** Resolves when a change or a look under way is over; none follows. */
  async rest(): Promise<void> {
    this.#watching = false;
    clearTimeout(this.#timer);
    await this.#turn;
  }

  #lookLater(afterMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.inTurn(() => this.#lookNow()), afterMs).unref();
  }

  async #lookNow(): Promise<void> {
    if (!this.#watching) return;
    this.#looking = true;
    this.#again = false;
    try {
      await this.#look();
      this.#everyMs = LOOK_EVERY_MS;
      this.#said = "";
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.#said) this.#log(message);
      this.#said = message;
      this.#everyMs = Math.min(this.#everyMs * 2, LOOK_EVERY_MS_MAX);
    } finally {
      this.#looking = false;
    }
    if (this.#watching) this.#lookLater(this.#again ? 0 : this.#everyMs);
  }
}
