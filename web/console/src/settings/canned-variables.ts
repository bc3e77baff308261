/** The variables a canned reply may hold, as the contract names them. */
export const VARIABLES = ["customer.name", "agent.name", "order.number", "order.status", "order.promised_by", "shop.name"];

export function unknownVariables(text: string): string[] {
  const used = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => (name ?? "").trim());
  return [...new Set(used.filter((name) => !VARIABLES.includes(name)))];
}
