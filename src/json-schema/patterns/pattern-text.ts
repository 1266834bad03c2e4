/** Longer than any escape, quantifier or group name. */
const shownLength = 128;

/** The text of a pattern, read from left to right. */
export class PatternText {
  readonly #text: string;
  #index = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    return this.#index >= this.#text.length;
  }

  rest(): string {
    return this.#text.slice(this.#index, this.#index + shownLength);
  }

  sees(start: string): boolean {
    return this.#text.startsWith(start, this.#index);
  }

  seesAny(characters: string): boolean {
    return !this.isAtEnd() && characters.includes(this.#text.charAt(this.#index));
  }

  /** Whether the next characters are these; reads them if so. */
  takes(start: string): boolean {
    if (!this.sees(start)) return false;
    this.#index += start.length;
    return true;
  }

  takeCodePoint(): number {
    const codePoint = this.#text.codePointAt(this.#index) ?? 0;
    this.#index += codePoint > 0xff_ff ? 2 : 1;
    return codePoint;
  }

  /** Reads what a short regular expression beginning with `^` matches here, if it does. */
  match(regExp: RegExp): readonly string[] | undefined {
    const found = regExp.exec(this.rest());
    if (found === null) return undefined;
    this.#index += found[0].length;
    return found;
  }
}
