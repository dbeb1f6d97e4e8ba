/** The part of pino that the line needs. Fields are values we chose; errors go under `err`. */
export interface Log {
  info(fields: object, message: string): void
  error(fields: object, message: string): void
}
