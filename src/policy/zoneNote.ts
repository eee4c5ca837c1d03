/** How a trace names the zone that hours were read in. @param inferred it follows from the customer's country */
export const noteOfZone = (name: string, inferred: boolean): string => (inferred ? `${name} (inferred)` : name);
