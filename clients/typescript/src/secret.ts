import { inspect } from "node:util";

const stars = "********";

/** A secret text. Logs, `JSON.stringify`, templates and the debugger's inspection show stars; `reveal()` returns the text. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    if (typeof text !== "string") throw new TypeError("a secret must be a string");
    this.#text = text;
  }

  /** The text. A mask if the API key lacks the scope `secrets`. */
  reveal(): string {
    return this.#text;
  }

  /** Whether this is the server's mask of a secret. It can be sent back in place of the secret. */
  get isMask(): boolean {
    return this.#text.length === stars.length + 22 && this.#text.startsWith(stars);
  }

  toString(): string {
    return stars;
  }

  toJSON(): string {
    return stars;
  }

  [inspect.custom](): string {
    return `Secret(${stars})`;
  }
}
