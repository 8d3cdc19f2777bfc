/**
 * Stands in for zod in the portal's build. The portal takes types and pure functions from src/model; the schemas that stand
 * beside them there are made of this, weigh nothing, and say so when somebody tries to use one.
 */
const making = (): unknown => schema;

const schema: object = new Proxy(making, {
  get: (_, name) => {
    if (typeof name === 'string' && /^(?:safe)?parse/i.test(name)) {
      throw new Error(`cannot ${name} in the portal: schemas stay on the server`);
    }
    return schema;
  },
});

export const z = schema;
