/** Tells the operator of a fault that no caller is waiting for, or that is theirs to mend. Fields hold no secrets. */
export type OnFault = (fields: Readonly<Record<string, unknown>>, message: string) => void
