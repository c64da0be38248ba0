/** What of a CloudFormation template is looked at here. */
export interface Resource {
  readonly Type: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- what CloudFormation takes has no type of its own
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: readonly string[];
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

/** Resources of a type, by logical id. */
export function resources(template: Template, type: string): [string, Resource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** The only resource of a type whose logical id begins like this. */
export function resource(template: Template, type: string, id = ""): Resource {
  const found = resources(template, type).filter(([name]) => name.startsWith(id));
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new Error(`There are ${found.length} resources ${type} ${id}*, not one.`);
  return only[1];
}
