/**
 * Stands in for zod in the portal's build. The portal takes types, lists of words and pure functions from src/model; the schemas
 * that stand beside them there are made of this, weigh nothing, and say so when somebody tries to parse with one.
 */
const schema: object = new Proxy(() => schema, {
  get: (_, name) => {
    if (typeof name === 'symbol' || name === 'then') return undefined;
    if (/^(?:safe)?(?:parse|encode|decode)/i.test(name))
      throw new Error(`cannot ${name} in the portal: schemas stay on the server`);
    if (name === 'options') throw new Error('cannot list the options of a schema that is no enum');
    return schema;
  },
});

/** An enum keeps its words: `ImageState.options`. */
function enumOf(options: readonly string[]): object {
  return new Proxy(schema, { get: (target, name) => (name === 'options' ? options : Reflect.get(target, name)) });
}

export const z = new Proxy(schema, { get: (target, name) => (name === 'enum' ? enumOf : Reflect.get(target, name)) });
