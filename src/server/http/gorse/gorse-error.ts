/** What a Gorse client is told when something is wrong: a status and a line of plain text. */
export class GorseError extends Error {
  readonly status: number;
  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

export const badRequest = (text: string) => new GorseError(400, text);
export const notFound = (text: string) => new GorseError(404, text);
