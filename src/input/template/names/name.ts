/** A name that templates may use, and what the reference says of it. */

export interface Name {
  readonly name: string;
  /** For the reference. */
  readonly summary: string;
  /** Fields of a record; undefined: a plain value, or one whose fields are not known beforehand. */
  readonly fields?: readonly string[];
}
