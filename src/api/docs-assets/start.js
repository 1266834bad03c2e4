// Starts Swagger UI on /docs. Served as it is.

const dark = matchMedia('(prefers-color-scheme: dark)');
/** Swagger UI has a dark theme, under a class that only its own top bar sets. */
const followTheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
followTheme();
dark.addEventListener('change', followTheme);

window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  docExpansion: 'none',
  operationsSorter: 'alpha',
  validatorUrl: null,
  filter: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: -1,
});
