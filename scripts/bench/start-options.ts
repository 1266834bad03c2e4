import packageJson from '../../package.json' with { type: 'json' };

/** The options that `npm start` gives Node: what is measured runs as the product does. */
export const startOptions = optionsIn(packageJson.scripts.start);

function optionsIn(command: string): readonly string[] {
  const [, options] = /^exec node ((?:--\S+ )*)src\/main\.ts$/.exec(command) ?? [];
  if (options === undefined) throw new Error(`npm start is ${command}, which is not understood here.`);
  return options.split(' ').filter((option) => option !== '');
}
