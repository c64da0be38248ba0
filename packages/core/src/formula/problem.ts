/** Why a formula cannot be used, in words, and where in its text. */
export class FormulaProblem extends Error {
  override readonly name = "FormulaProblem";
  /** Offset in the text. */
  readonly at: number;

  constructor(message: string, at = 0) {
    super(message);
    this.at = at;
  }
}
