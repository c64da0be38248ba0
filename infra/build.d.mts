export function hasTools(): boolean;
export function buildForAws(): void;
